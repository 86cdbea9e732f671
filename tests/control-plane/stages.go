package main

import (
	"bytes"
	"fmt"

	nodefast "sigs.k8s.io/kwok/kustomize/stage/node/fast"
	nodelease "sigs.k8s.io/kwok/kustomize/stage/node/heartbeat-with-lease"
	podfast "sigs.k8s.io/kwok/kustomize/stage/pod/fast"
	"sigs.k8s.io/yaml"
)

// keepsRunning is the annotation of a Job's pods that are not to finish.
const keepsRunning = "plane.example.com/keeps-running"

// stages is kwok's configuration: its own stages, but a Job's pods finish only
// unless they are annotated with keepsRunning.
func stages() ([]byte, error) {
	complete, err := addSelector(podfast.DefaultPodComplete, map[string]any{
		"key":      fmt.Sprintf(".metadata.annotations[%q]", keepsRunning),
		"operator": "DoesNotExist",
	})
	if err != nil {
		return nil, err
	}
	return bytes.Join([][]byte{
		[]byte(nodefast.DefaultNodeInit),
		[]byte(nodelease.DefaultNodeHeartbeatWithLease),
		[]byte(podfast.DefaultPodReady),
		complete,
		[]byte(podfast.DefaultPodDelete),
	}, []byte("\n---\n")), nil
}

func addSelector(stage string, expression map[string]any) ([]byte, error) {
	var parsed struct {
		APIVersion string         `json:"apiVersion"`
		Kind       string         `json:"kind"`
		Metadata   map[string]any `json:"metadata"`
		Spec       struct {
			ResourceRef map[string]any `json:"resourceRef"`
			Selector    struct {
				MatchExpressions []map[string]any `json:"matchExpressions"`
			} `json:"selector"`
			Next map[string]any `json:"next"`
		} `json:"spec"`
	}
	if err := yaml.UnmarshalStrict([]byte(stage), &parsed); err != nil {
		return nil, fmt.Errorf("read kwok's stage: %w", err)
	}
	parsed.Spec.Selector.MatchExpressions = append(parsed.Spec.Selector.MatchExpressions, expression)
	return yaml.Marshal(parsed)
}
