package main

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

var (
	reading  = []string{"get", "list", "watch"}
	anything = []string{"*"}
)

// readEverything is what viewers may do, and keepers besides creating.
var readEverything = []rbacv1.PolicyRule{
	{Verbs: reading, APIGroups: anything, Resources: anything},
	{Verbs: []string{"get"}, NonResourceURLs: anything},
}

// createMostThings names its resources one by one: `*` would include
// pods/eviction, and a keeper who creates evictions is one who deletes pods.
var createMostThings = []rbacv1.PolicyRule{
	{
		Verbs: []string{"create"}, APIGroups: []string{""},
		Resources: []string{
			"configmaps", "endpoints", "limitranges", "namespaces", "persistentvolumeclaims", "persistentvolumes",
			"pods", "podtemplates", "replicationcontrollers", "resourcequotas", "secrets", "serviceaccounts", "services",
		},
	},
	{
		Verbs: []string{"create"}, APIGroups: []string{"apps"},
		Resources: []string{"controllerrevisions", "daemonsets", "deployments", "replicasets", "statefulsets"},
	},
	{Verbs: []string{"create"}, APIGroups: []string{"batch"}, Resources: []string{"cronjobs", "jobs"}},
	{Verbs: []string{"create"}, APIGroups: []string{"autoscaling"}, Resources: []string{"horizontalpodautoscalers"}},
	{Verbs: []string{"create"}, APIGroups: []string{"networking.k8s.io"}, Resources: []string{"ingresses", "networkpolicies"}},
	{Verbs: []string{"create"}, APIGroups: []string{"policy"}, Resources: []string{"poddisruptionbudgets"}},
	{
		Verbs: []string{"create"}, APIGroups: []string{"rbac.authorization.k8s.io"},
		Resources: []string{"clusterrolebindings", "clusterroles", "rolebindings", "roles"},
	},
	{Verbs: []string{"create"}, APIGroups: []string{"garden.example.com"}, Resources: []string{"plots"}},
}

var tenantRules = []rbacv1.PolicyRule{{
	Verbs: append([]string{"delete"}, reading...), APIGroups: []string{""},
	Resources: []string{"pods", "configmaps", "secrets"},
}}

// grantRights makes the roles of the users and the tenant's namespaces.
func grantRights(ctx context.Context, client kubernetes.Interface) error {
	if err := grantToGroup(ctx, client, viewerGroup, readEverything); err != nil {
		return err
	}
	if err := grantToGroup(ctx, client, keeperGroup, append(createMostThings, readEverything...)); err != nil {
		return err
	}
	for _, namespace := range tenantNamespaces {
		if err := ensureNamespace(ctx, client, namespace); err != nil {
			return err
		}
		if err := grantInNamespace(ctx, client, namespace, tenantGroup, tenantRules); err != nil {
			return err
		}
	}
	return nil
}

func grantToGroup(ctx context.Context, client kubernetes.Interface, group string, rules []rbacv1.PolicyRule) error {
	meta := metav1.ObjectMeta{Name: "plane:" + group}
	role := &rbacv1.ClusterRole{ObjectMeta: meta, Rules: rules}
	if _, err := client.RbacV1().ClusterRoles().Create(ctx, role, metav1.CreateOptions{}); err != nil {
		return fmt.Errorf("create the cluster role of %s: %w", group, err)
	}
	binding := &rbacv1.ClusterRoleBinding{ObjectMeta: meta, RoleRef: roleRef("ClusterRole", meta.Name), Subjects: members(group)}
	if _, err := client.RbacV1().ClusterRoleBindings().Create(ctx, binding, metav1.CreateOptions{}); err != nil {
		return fmt.Errorf("bind the cluster role of %s: %w", group, err)
	}
	return nil
}

func grantInNamespace(ctx context.Context, client kubernetes.Interface, namespace, group string, rules []rbacv1.PolicyRule) error {
	meta := metav1.ObjectMeta{Name: "plane:" + group, Namespace: namespace}
	role := &rbacv1.Role{ObjectMeta: meta, Rules: rules}
	if _, err := client.RbacV1().Roles(namespace).Create(ctx, role, metav1.CreateOptions{}); err != nil {
		return fmt.Errorf("create the role of %s in %s: %w", group, namespace, err)
	}
	binding := &rbacv1.RoleBinding{ObjectMeta: meta, RoleRef: roleRef("Role", meta.Name), Subjects: members(group)}
	if _, err := client.RbacV1().RoleBindings(namespace).Create(ctx, binding, metav1.CreateOptions{}); err != nil {
		return fmt.Errorf("bind the role of %s in %s: %w", group, namespace, err)
	}
	return nil
}

func roleRef(kind, name string) rbacv1.RoleRef {
	return rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: kind, Name: name}
}

func members(group string) []rbacv1.Subject {
	return []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.GroupKind, Name: group}}
}

// ensureNamespace also makes the default service account: without it no pod is
// admitted, and where the controllers are left out no one else makes it.
func ensureNamespace(ctx context.Context, client kubernetes.Interface, name string) error {
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
	_, err := client.CoreV1().Namespaces().Create(ctx, namespace, metav1.CreateOptions{})
	if err := unlessExists(err); err != nil {
		return fmt.Errorf("create the namespace %s: %w", name, err)
	}
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "default"}}
	_, err = client.CoreV1().ServiceAccounts(name).Create(ctx, account, metav1.CreateOptions{})
	if err := unlessExists(err); err != nil {
		return fmt.Errorf("create the default service account of %s: %w", name, err)
	}
	return nil
}
