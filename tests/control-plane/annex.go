package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// The annex is what others put beside a control plane: an API server behind
// the aggregation layer (sheds.go), and webhooks (webhooks.go). It serves from
// the start and nobody asks it anything until a seed tells the API server of
// it.

// annexHost is how the aggregation layer names it: Service and namespace.
const annexHost = "annex.default.svc"

// annexAnnotation of the default namespace holds an annexPlace, for the seeds.
const annexAnnotation = "plane.example.com/annex"

type annexPlace struct {
	Port int    `json:"port"`
	Etcd string `json:"etcd"`
}

// startAnnex listens on loopback with the API server's own certificate.
func startAnnex(layout layout, failed chan<- error) (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("start the annex: %w", err)
	}
	logFile, err := os.Create(layout.childLog("annex"))
	if err != nil {
		return 0, fmt.Errorf("start the annex: %w", err)
	}
	server := &http.Server{Handler: annexHandler(), ErrorLog: log.New(logFile, "", log.LstdFlags)}
	go func() {
		err := server.ServeTLS(listener, layout.serverCertificate, layout.serverKey)
		failed <- fmt.Errorf("annex: %w", err)
	}()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

func annexHandler() http.Handler {
	mux := http.NewServeMux()
	newShedYard().register(mux)
	registerWebhooks(mux)
	return mux
}

// publish tells the seeds where the annex is.
func publish(ctx context.Context, client kubernetes.Interface, place annexPlace) error {
	text, err := json.Marshal(place)
	if err != nil {
		return err
	}
	patch, err := json.Marshal(map[string]any{
		"metadata": map[string]any{"annotations": map[string]string{annexAnnotation: string(text)}},
	})
	if err != nil {
		return err
	}
	_, err = client.CoreV1().Namespaces().Patch(ctx, corev1.NamespaceDefault, mergePatch, patch, metav1.PatchOptions{})
	return err
}

func findAnnex(ctx context.Context, client kubernetes.Interface) (annexPlace, error) {
	var place annexPlace
	namespace, err := client.CoreV1().Namespaces().Get(ctx, corev1.NamespaceDefault, metav1.GetOptions{})
	if err != nil {
		return place, err
	}
	text, found := namespace.Annotations[annexAnnotation]
	if !found {
		return place, fmt.Errorf("the cluster has no annex: it is no plane")
	}
	return place, json.Unmarshal([]byte(text), &place)
}

func writeJSON(response http.ResponseWriter, status int, value any) {
	response.Header().Set("Content-Type", "application/json")
	response.WriteHeader(status)
	json.NewEncoder(response).Encode(value) //nolint:errcheck // who asked is gone
}
