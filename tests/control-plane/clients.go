package main

import (
	"encoding/json"
	"os"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// loadConfig reads one context of a kubeconfig (the current one when context is
// empty) for a client without limits of its own: the tests want it quick, and
// the server's admins are exempt from its limits.
func loadConfig(kubeconfigPath, context string) (*rest.Config, error) {
	rules := &clientcmd.ClientConfigLoadingRules{ExplicitPath: kubeconfigPath}
	overrides := &clientcmd.ConfigOverrides{CurrentContext: context}
	config, err := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, overrides).ClientConfig()
	if err != nil {
		return nil, err
	}
	config.QPS = -1
	config.UserAgent = "plane"
	config.WarningHandler = rest.NoWarnings{}
	return config, nil
}

// unlessExists makes creating something that is already there a success.
func unlessExists(err error) error {
	if apierrors.IsAlreadyExists(err) {
		return nil
	}
	return err
}

// writeJSONLine writes one value as one line.
func writeJSONLine(file *os.File, value any) error {
	return json.NewEncoder(file).Encode(value)
}
