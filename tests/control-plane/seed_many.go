package main

import (
	"context"
	"flag"
	"fmt"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// seedWorkers create at the same time; more of them gain nothing.
const seedWorkers = 32

// manyOptions is the command line of a seed of many like objects.
type manyOptions struct {
	namespace, prefix string
	count             int
	// namespaces is over how many the objects are spread; the namespace is then
	// the first part of their names.
	namespaces int
	// bound gives pods a node at once instead of leaving it to the scheduler.
	bound bool
}

func parseManyOptions(subject, defaultPrefix string, arguments []string) (manyOptions, error) {
	var options manyOptions
	flags := flag.NewFlagSet(subject, flag.ContinueOnError)
	flags.StringVar(&options.namespace, "namespace", "", "namespace; made if it is missing")
	flags.IntVar(&options.namespaces, "namespaces", 1, "spread over so many, and --namespace is the first part of their names")
	flags.StringVar(&options.prefix, "prefix", defaultPrefix, "first part of the names")
	flags.IntVar(&options.count, "count", 0, "number of objects")
	if subject == "pods" {
		flags.BoolVar(&options.bound, "bound", false, "set the pods' nodes at once")
	}
	if err := flags.Parse(arguments); err != nil {
		return options, err
	}
	switch {
	case flags.NArg() > 0:
		return options, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case options.namespace == "":
		return options, fmt.Errorf("--namespace is missing")
	case options.count < 1 || options.namespaces < 1:
		return options, fmt.Errorf("--count and --namespaces must be at least 1")
	}
	return options, nil
}

// objectName sorts by number up to 100,000 objects.
func (o manyOptions) objectName(index int) string { return fmt.Sprintf("%s-%05d", o.prefix, index) }

// namespaceOf is where an object is: neighbours are in different ones.
func (o manyOptions) namespaceOf(index int) string {
	if o.namespaces == 1 {
		return o.namespace
	}
	return fmt.Sprintf("%s-%03d", o.namespace, index%o.namespaces)
}

func (o manyOptions) meta(index int) metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Name:   o.objectName(index),
		Labels: map[string]string{"app": o.prefix, "shard": fmt.Sprintf("%d", index%10)},
	}
}

func seedConfigMaps(ctx context.Context, config *rest.Config, arguments []string) error {
	options, err := parseManyOptions("configmaps", "configmap", arguments)
	if err != nil {
		return err
	}
	return seedMany(ctx, config, "ConfigMaps", options, func(client kubernetes.Interface, index int) error {
		configMap := &corev1.ConfigMap{ObjectMeta: options.meta(index), Data: map[string]string{"number": fmt.Sprint(index)}}
		_, err := client.CoreV1().ConfigMaps(options.namespaceOf(index)).Create(ctx, configMap, metav1.CreateOptions{})
		return err
	})
}

func seedPods(ctx context.Context, config *rest.Config, arguments []string) error {
	options, err := parseManyOptions("pods", "pod", arguments)
	if err != nil {
		return err
	}
	nodes := []string{""}
	if options.bound {
		if nodes, err = nodeNames(ctx, config); err != nil {
			return err
		}
	}
	return seedMany(ctx, config, "Pods", options, func(client kubernetes.Interface, index int) error {
		pod := options.pod(index, nodes[index%len(nodes)])
		_, err := client.CoreV1().Pods(options.namespaceOf(index)).Create(ctx, pod, metav1.CreateOptions{})
		return err
	})
}

func (o manyOptions) pod(index int, node string) *corev1.Pod {
	return &corev1.Pod{ObjectMeta: o.meta(index), Spec: corev1.PodSpec{
		NodeName:   node,
		Containers: []corev1.Container{{Name: "main", Image: "images.example.com/main:1"}},
	}}
}

func nodeNames(ctx context.Context, config *rest.Config) ([]string, error) {
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	nodes, err := client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	if len(nodes.Items) == 0 {
		return nil, fmt.Errorf("--bound needs a node and there is none")
	}
	names := make([]string, 0, len(nodes.Items))
	for _, node := range nodes.Items {
		names = append(names, node.Name)
	}
	return names, nil
}

// seedMany creates count objects in parallel and stops at the first failure.
// Objects that exist are left as they are.
func seedMany(ctx context.Context, config *rest.Config, what string, options manyOptions,
	create func(client kubernetes.Interface, index int) error,
) error {
	started := time.Now()
	config = rest.CopyConfig(config)
	config.ContentType = runtime.ContentTypeProtobuf
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	for index := range options.namespaces {
		if err := ensureNamespace(ctx, client, options.namespaceOf(index)); err != nil {
			return err
		}
	}
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	indexes := make(chan int)
	var workers sync.WaitGroup
	for range seedWorkers {
		workers.Go(func() {
			for index := range indexes {
				if err := unlessExists(create(client, index)); err != nil {
					fail(fmt.Errorf("create %s: %w", options.objectName(index), err))
				}
			}
		})
	}
	for index := 0; index < options.count && ctx.Err() == nil; index++ {
		indexes <- index
	}
	close(indexes)
	workers.Wait()
	if err := context.Cause(ctx); err != nil {
		return err
	}
	sayDone(fmt.Sprintf("%d %s in %s", options.count, what, options.namespace), started)
	return nil
}
