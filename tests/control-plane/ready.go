package main

import (
	"context"
	"fmt"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

const (
	// startDeadline is generous: many planes may start on a busy machine.
	startDeadline = 90 * time.Second
	pollInterval  = 25 * time.Millisecond
)

// waitUntil polls a condition until it holds, ctx ends (the error says what was
// waited for), or failed reports that it never will.
func waitUntil(ctx context.Context, what string, failed <-chan error, holds func() bool) error {
	for !holds() {
		select {
		case err := <-failed:
			return err
		case <-ctx.Done():
			return fmt.Errorf("waited in vain for %s: %w", what, ctx.Err())
		case <-time.After(pollInterval):
		}
	}
	return nil
}

func serverIsReady(ctx context.Context, client kubernetes.Interface) bool {
	return client.Discovery().RESTClient().Get().AbsPath("/readyz").Do(ctx).Error() == nil
}

func nodesAreReady(ctx context.Context, client kubernetes.Interface, count int) bool {
	nodes, err := client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil || len(nodes.Items) < count {
		return false
	}
	for _, node := range nodes.Items {
		if len(node.Spec.Taints) > 0 || !nodeIsReady(node) {
			return false
		}
	}
	return true
}

func nodeIsReady(node corev1.Node) bool {
	for _, condition := range node.Status.Conditions {
		if condition.Type == corev1.NodeReady {
			return condition.Status == corev1.ConditionTrue
		}
	}
	return false
}

// accountsExist is true when pods are admitted to the namespaces and mount the
// cluster's CA, which the controllers publish.
func accountsExist(ctx context.Context, client kubernetes.Interface) bool {
	for _, namespace := range append([]string{"default"}, tenantNamespaces...) {
		if _, err := client.CoreV1().ServiceAccounts(namespace).Get(ctx, "default", metav1.GetOptions{}); err != nil {
			return false
		}
		if _, err := client.CoreV1().ConfigMaps(namespace).Get(ctx, "kube-root-ca.crt", metav1.GetOptions{}); err != nil {
			return false
		}
	}
	return true
}

// rightsAreKnown is true when the server's authorizer has seen the last of the
// roles that grantRights makes: it learns of them by a watch.
func rightsAreKnown(ctx context.Context, client kubernetes.Interface) bool {
	for _, probe := range []struct{ group, namespace, verb string }{
		{viewerGroup, "", "list"},
		{keeperGroup, "", "create"},
		{tenantGroup, tenantNamespaces[len(tenantNamespaces)-1], "delete"},
	} {
		review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
			User: "probe", Groups: []string{probe.group},
			ResourceAttributes: &authorizationv1.ResourceAttributes{
				Namespace: probe.namespace, Verb: probe.verb, Version: "v1", Resource: "configmaps",
			},
		}}
		answer, err := client.AuthorizationV1().SubjectAccessReviews().Create(ctx, review, metav1.CreateOptions{})
		if err != nil || !answer.Status.Allowed {
			return false
		}
	}
	return true
}
