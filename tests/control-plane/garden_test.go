package main

import (
	"slices"
	"strings"
	"testing"
)

// clusterScoped are the kinds of the garden that have no namespace.
var clusterScoped = []string{
	"Namespace", "PriorityClass", "StorageClass", "ClusterRole", "ClusterRoleBinding", "PersistentVolume",
}

func TestTwoGardensClashInNothingButTheirDefinition(t *testing.T) {
	objects, err := gardenObjects("rose")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, object := range objects {
		key := object.GetKind() + " " + object.GetName()
		if seen[key] {
			t.Errorf("%s is there twice", key)
		}
		seen[key] = true
		if object.GetNamespace() != "" {
			t.Errorf("%s says its namespace", key)
		}
		if slices.Contains(clusterScoped, object.GetKind()) && !strings.HasPrefix(object.GetName(), "rose") {
			t.Errorf("%s would clash with another garden's", key)
		}
	}
}

func TestGardenHasOneOfEveryKindThatJourneysNeed(t *testing.T) {
	objects, err := gardenObjects("garden")
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, object := range objects {
		count[object.GetKind()]++
	}
	for kind, least := range map[string]int{
		"Deployment": 3, "StatefulSet": 1, "DaemonSet": 1, "Job": 2, "CronJob": 1, "Service": 3, "Ingress": 1,
		"ConfigMap": 4, "Secret": 4, "PersistentVolume": 4, "PersistentVolumeClaim": 2, "HorizontalPodAutoscaler": 1,
		"PodDisruptionBudget": 1, "NetworkPolicy": 1, "ServiceAccount": 2, "Role": 2, "RoleBinding": 2,
		"ResourceQuota": 1, "LimitRange": 1, "PriorityClass": 1, "StorageClass": 1, "CustomResourceDefinition": 1, "Plot": 4,
	} {
		if count[kind] < least {
			t.Errorf("%d of kind %s, at least %d expected", count[kind], kind, least)
		}
	}
}

func TestAJobsPodsFinishUnlessTheyAreToKeepRunning(t *testing.T) {
	text, err := stages()
	if err != nil {
		t.Fatal(err)
	}
	objects, err := decodeObjects(strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, object := range objects {
		names = append(names, object.GetName())
	}
	expected := []string{"node-initialize", "node-heartbeat-with-lease", "pod-ready", "pod-complete", "pod-delete"}
	if !slices.Equal(names, expected) {
		t.Errorf("stages are %v", names)
	}
	if !strings.Contains(string(text), keepsRunning) {
		t.Error("no stage heeds the annotation")
	}
}
