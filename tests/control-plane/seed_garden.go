package main

import (
	"context"
	"flag"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
)

// gardenDeadline is how long the garden's pods may take to run, and a former
// garden's namespace to go.
const gardenDeadline = 60 * time.Second

// gardener applies the garden's objects. Applying makes the seed idempotent.
type gardener struct {
	namespace string
	client    kubernetes.Interface
	dynamic   dynamic.Interface
	mapper    *restmapper.DeferredDiscoveryRESTMapper
}

func seedGarden(ctx context.Context, config *rest.Config, arguments []string) error {
	flags := flag.NewFlagSet("garden", flag.ContinueOnError)
	namespace := flags.String("namespace", "garden", "namespace, and first part of the names of cluster-scoped objects")
	noWait := flags.Bool("no-wait", false, "do not wait for the pods, for planes that run none")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	started := time.Now()
	garden, err := newGardener(config, *namespace)
	if err != nil {
		return err
	}
	objects, err := gardenObjects(*namespace)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 2*gardenDeadline)
	defer cancel()
	if err := garden.awaitOldNamespaceGone(ctx); err != nil {
		return err
	}
	if err := garden.applyAll(ctx, objects); err != nil {
		return err
	}
	if !*noWait {
		if err := garden.awaitGrown(ctx); err != nil {
			return err
		}
	}
	sayDone(fmt.Sprintf("garden in %s (%d objects)", *namespace, len(objects)), started)
	return nil
}

func newGardener(config *rest.Config, namespace string) (*gardener, error) {
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	dynamicClient, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(client.Discovery()))
	return &gardener{namespace, client, dynamicClient, mapper}, nil
}

func (g *gardener) applyAll(ctx context.Context, objects []*unstructured.Unstructured) error {
	for _, object := range objects {
		if err := g.apply(ctx, object); err != nil {
			return fmt.Errorf("apply %s %s: %w", object.GetKind(), object.GetName(), err)
		}
	}
	return nil
}

// apply writes an object and, where it has one, its status. A kind that the
// server does not know yet is waited for: its definition was just applied.
func (g *gardener) apply(ctx context.Context, object *unstructured.Unstructured) error {
	var mapping *meta.RESTMapping
	err := waitUntil(ctx, "the kind "+object.GetKind(), nil, func() bool {
		var err error
		mapping, err = g.mapper.RESTMapping(object.GroupVersionKind().GroupKind(), object.GroupVersionKind().Version)
		if err != nil {
			g.mapper.Reset()
		}
		return err == nil
	})
	if err != nil {
		return err
	}
	resource := g.resource(mapping)
	if object.GetKind() == "PersistentVolume" {
		if err := g.freeReleasedVolume(ctx, object.GetName()); err != nil {
			return err
		}
	}
	status, hasStatus := object.Object["status"]
	unstructured.RemoveNestedField(object.Object, "status")
	options := metav1.ApplyOptions{FieldManager: "plane-seed", Force: true}
	if _, err := resource.Apply(ctx, object.GetName(), object, options); err != nil {
		return err
	}
	if !hasStatus {
		return nil
	}
	unstructured.RemoveNestedField(object.Object, "spec")
	object.Object["status"] = status
	_, err = resource.ApplyStatus(ctx, object.GetName(), object, options)
	return err
}

func (g *gardener) resource(mapping *meta.RESTMapping) dynamic.ResourceInterface {
	if mapping.Scope.Name() == meta.RESTScopeNameNamespace {
		return g.dynamic.Resource(mapping.Resource).Namespace(g.namespace)
	}
	return g.dynamic.Resource(mapping.Resource)
}

// freeReleasedVolume lets a volume of a former garden, which remembers the UID
// of a claim that is gone, be bound again.
func (g *gardener) freeReleasedVolume(ctx context.Context, name string) error {
	volume, err := g.client.CoreV1().PersistentVolumes().Get(ctx, name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) || err == nil && volume.Status.Phase != "Released" {
		return nil
	}
	if err != nil {
		return err
	}
	forget := []byte(`{"spec":{"claimRef":{"uid":null,"resourceVersion":null}}}`)
	_, err = g.client.CoreV1().PersistentVolumes().Patch(ctx, name, mergePatch, forget, metav1.PatchOptions{})
	return err
}

func (g *gardener) awaitOldNamespaceGone(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, gardenDeadline)
	defer cancel()
	return waitUntil(ctx, "the former namespace "+g.namespace+" to go", nil, func() bool {
		namespace, err := g.client.CoreV1().Namespaces().Get(ctx, g.namespace, metav1.GetOptions{})
		return apierrors.IsNotFound(err) || err == nil && namespace.DeletionTimestamp == nil
	})
}

// awaitGrown waits until pods run, claims are bound and the short job is done.
func (g *gardener) awaitGrown(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, gardenDeadline)
	defer cancel()
	for _, step := range []struct {
		what  string
		holds func(context.Context) (bool, error)
	}{
		{"the deployments' pods to run", g.deploymentsRun},
		{"the stateful set's and daemon set's pods to run", g.setsRun},
		{"the claims to be bound", g.claimsAreBound},
		{"the job sowing to finish", g.sowingIsDone},
	} {
		err := waitUntil(ctx, step.what, nil, func() bool {
			holds, err := step.holds(ctx)
			return err == nil && holds
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (g *gardener) deploymentsRun(ctx context.Context) (bool, error) {
	list, err := g.client.AppsV1().Deployments(g.namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return false, err
	}
	for _, deployment := range list.Items {
		if deployment.Status.ObservedGeneration < deployment.Generation ||
			deployment.Status.AvailableReplicas < *deployment.Spec.Replicas {
			return false, nil
		}
	}
	return true, nil
}

func (g *gardener) setsRun(ctx context.Context) (bool, error) {
	orchard, err := g.client.AppsV1().StatefulSets(g.namespace).Get(ctx, "orchard", metav1.GetOptions{})
	if err != nil {
		return false, err
	}
	scarecrow, err := g.client.AppsV1().DaemonSets(g.namespace).Get(ctx, "scarecrow", metav1.GetOptions{})
	if err != nil {
		return false, err
	}
	return orchard.Status.ReadyReplicas == *orchard.Spec.Replicas &&
		scarecrow.Status.ObservedGeneration > 0 &&
		scarecrow.Status.NumberReady == scarecrow.Status.DesiredNumberScheduled, nil
}

func (g *gardener) claimsAreBound(ctx context.Context) (bool, error) {
	list, err := g.client.CoreV1().PersistentVolumeClaims(g.namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return false, err
	}
	for _, claim := range list.Items {
		if claim.Status.Phase != "Bound" {
			return false, nil
		}
	}
	return len(list.Items) > 0, nil
}

func (g *gardener) sowingIsDone(ctx context.Context) (bool, error) {
	sowing, err := g.client.BatchV1().Jobs(g.namespace).Get(ctx, "sowing", metav1.GetOptions{})
	return err == nil && sowing.Status.CompletionTime != nil, err
}
