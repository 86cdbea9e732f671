package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// changeOptions say how seeded pods are changed.
type changeOptions struct {
	manyOptions
	// rate is how many changes a second there are; none if zero.
	rate int
	// replaceEvery is which change is a pod that goes and comes again.
	replaceEvery int
	// probeEvery is how often the first pod is changed and that is told.
	probeEvery time.Duration
}

// probe tells when the first pod was given the reason Probe-N.
type probe struct {
	Number   int   `json:"number"`
	Sent     int64 `json:"sent"`
	Answered int64 `json:"answered"`
}

// changed is told at the end.
type changed struct {
	Changes int64   `json:"changes"`
	Failed  int64   `json:"failed"`
	Seconds float64 `json:"seconds"`
}

// changeCommand changes pods until stdin closes. A change is seen in a printed
// cell: the reason of a pod's status.
func changeCommand(arguments []string) error {
	options := changeOptions{}
	var kubeconfig, contextName string
	flags := flag.NewFlagSet("change", flag.ContinueOnError)
	flags.StringVar(&kubeconfig, "kubeconfig", "", "kubeconfig of a plane")
	flags.StringVar(&contextName, "context", "", "context; the current one if empty")
	flags.StringVar(&options.namespace, "namespace", "", "as seeded")
	flags.IntVar(&options.namespaces, "namespaces", 1, "as seeded")
	flags.StringVar(&options.prefix, "prefix", "pod", "as seeded")
	flags.IntVar(&options.count, "count", 0, "as seeded")
	flags.IntVar(&options.rate, "rate", 0, "changes a second")
	flags.IntVar(&options.replaceEvery, "replace-every", 0, "each so manieth change deletes a pod and creates it again")
	flags.DurationVar(&options.probeEvery, "probe-every", 0, "change the first pod so often, and tell when")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if kubeconfig == "" || options.namespace == "" || options.count < 2 {
		return fmt.Errorf("--kubeconfig, --namespace or --count is missing")
	}
	config, err := loadConfig(kubeconfig, contextName)
	if err != nil {
		return err
	}
	config = rest.CopyConfig(config)
	config.ContentType = runtime.ContentTypeProtobuf
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	return options.change(ctx, client)
}

func (o changeOptions) change(ctx context.Context, client kubernetes.Interface) error {
	started := time.Now()
	var changes, failed atomic.Int64
	var workers sync.WaitGroup
	due := make(chan int64)
	for range seedWorkers {
		workers.Go(func() {
			for number := range due {
				if err := o.changeOne(client, number); err != nil {
					failed.Add(1)
				} else {
					changes.Add(1)
				}
			}
		})
	}
	workers.Go(func() { o.probe(ctx, client) })
	o.keepPace(ctx, started, due)
	close(due)
	workers.Wait()
	return writeJSONLine(os.Stdout, changed{changes.Load(), failed.Load(), time.Since(started).Seconds()})
}

// keepPace hands out numbers at the rate, those of a millisecond together.
func (o changeOptions) keepPace(ctx context.Context, started time.Time, due chan<- int64) {
	ticks := time.NewTicker(time.Millisecond)
	defer ticks.Stop()
	for number := int64(0); ; {
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
		}
		for wanted := int64(time.Since(started).Seconds() * float64(o.rate)); number < wanted; number++ {
			select {
			case <-ctx.Done():
				return
			case due <- number:
			}
		}
	}
}

// changeOne changes any pod but the first, which is the probe's.
func (o changeOptions) changeOne(client kubernetes.Interface, number int64) error {
	index := 1 + rand.IntN(o.count-1)
	if o.replaceEvery > 0 && number%int64(o.replaceEvery) == 0 {
		return o.replace(client, index)
	}
	return o.setReason(client, index, fmt.Sprintf("Changed-%d", number))
}

func (o changeOptions) setReason(client kubernetes.Interface, index int, reason string) error {
	patch := fmt.Appendf(nil, `{"status":{"reason":%q}}`, reason)
	pods := client.CoreV1().Pods(o.namespaceOf(index))
	_, err := pods.Patch(context.Background(), o.objectName(index), types.MergePatchType, patch,
		metav1.PatchOptions{}, "status")
	return err
}

func (o changeOptions) replace(client kubernetes.Interface, index int) error {
	pods := client.CoreV1().Pods(o.namespaceOf(index))
	pod, err := pods.Get(context.Background(), o.objectName(index), metav1.GetOptions{})
	if err != nil {
		return err
	}
	now := int64(0)
	if err := pods.Delete(context.Background(), pod.Name, metav1.DeleteOptions{GracePeriodSeconds: &now}); err != nil {
		return err
	}
	_, err = pods.Create(context.Background(), o.pod(index, pod.Spec.NodeName), metav1.CreateOptions{})
	return err
}

func (o changeOptions) probe(ctx context.Context, client kubernetes.Interface) {
	if o.probeEvery == 0 {
		return
	}
	ticks := time.NewTicker(o.probeEvery)
	defer ticks.Stop()
	for number := 1; ; number++ {
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
		}
		sent := time.Now().UnixNano()
		if err := o.setReason(client, 0, fmt.Sprintf("Probe-%d", number)); err != nil {
			continue
		}
		_ = writeJSONLine(os.Stdout, probe{number, sent, time.Now().UnixNano()})
	}
}
