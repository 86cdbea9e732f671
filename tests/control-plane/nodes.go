package main

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// createNodes makes nodes big enough for every test. Where no kwok keeps them,
// they are declared ready once and for all; where no controllers lift the taint
// of a new node, it is lifted here.
func createNodes(ctx context.Context, client kubernetes.Interface, options serveOptions) error {
	for index := range options.nodeCount {
		node, err := client.CoreV1().Nodes().Create(ctx, newNode(index+1), metav1.CreateOptions{})
		if err != nil {
			return fmt.Errorf("create a node: %w", err)
		}
		if options.without["kwok"] {
			node.Status.Conditions = []corev1.NodeCondition{{
				Type: corev1.NodeReady, Status: corev1.ConditionTrue, Reason: "Declared",
				LastHeartbeatTime: metav1.Now(), LastTransitionTime: metav1.Now(),
			}}
			if node, err = client.CoreV1().Nodes().UpdateStatus(ctx, node, metav1.UpdateOptions{}); err != nil {
				return fmt.Errorf("declare %s ready: %w", node.Name, err)
			}
		}
		if options.without["controllers"] {
			untaint := []byte(`{"spec":{"taints":null}}`)
			if _, err := client.CoreV1().Nodes().Patch(ctx, node.Name, mergePatch, untaint, metav1.PatchOptions{}); err != nil {
				return fmt.Errorf("lift the taint of %s: %w", node.Name, err)
			}
		}
	}
	return nil
}

func newNode(number int) *corev1.Node {
	name := fmt.Sprintf("node-%d", number)
	room := corev1.ResourceList{
		corev1.ResourceCPU:              resource.MustParse("10k"),
		corev1.ResourceMemory:           resource.MustParse("64Ti"),
		corev1.ResourceEphemeralStorage: resource.MustParse("64Ti"),
		corev1.ResourcePods:             resource.MustParse("100k"),
	}
	return &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{
			corev1.LabelHostname:             name,
			corev1.LabelOSStable:             "linux",
			corev1.LabelArchStable:           "amd64",
			corev1.LabelTopologyRegion:       "loopback",
			corev1.LabelTopologyZone:         fmt.Sprintf("loopback-%d", number%3),
			"node-role.kubernetes.io/worker": "",
		}},
		Status: corev1.NodeStatus{Allocatable: room, Capacity: room},
	}
}
