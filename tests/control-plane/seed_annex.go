package main

import (
	"bytes"
	"context"
	"embed"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"text/template"
	"time"

	etcdclient "go.etcd.io/etcd/client/v3"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/uuid"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// annexFiles tell the API server of the annex.
//
//go:embed annex/*.yaml
var annexFiles embed.FS

// annexValues fill the templates.
type annexValues struct {
	Port                          int
	Authority                     string
	Group, Version                string
	RefusePath, AllowPath         string
	RefuseLabel, UnrehearsedLabel string
}

// annexObjects are the objects of one template.
func annexObjects(file string, port int, authority []byte) ([]*unstructured.Unstructured, error) {
	templates, err := template.ParseFS(annexFiles, "annex/*.yaml")
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	err = templates.ExecuteTemplate(&text, file, annexValues{
		port, base64.StdEncoding.EncodeToString(authority), shedGroup, shedVersion,
		refusePath, allowPath, refuseLabel, unrehearsedLabel,
	})
	if err != nil {
		return nil, err
	}
	return decodeObjects(&text)
}

// seedSheds has the API server pass a group on to the annex, and makes sheds.
func seedSheds(ctx context.Context, config *rest.Config, arguments []string) error {
	flags := flag.NewFlagSet("sheds", flag.ContinueOnError)
	namespace := flags.String("namespace", "default", "namespace; made if it is missing")
	count := flags.Int("count", 3, "number of sheds")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	started := time.Now()
	ctx, cancel := context.WithTimeout(ctx, gardenDeadline)
	defer cancel()
	garden, err := newGardener(config, corev1.NamespaceDefault)
	if err != nil {
		return err
	}
	if err := ensureNamespace(ctx, garden.client, *namespace); err != nil {
		return err
	}
	if err := garden.applyAnnex(ctx, "sheds.yaml", config.CAData); err != nil {
		return err
	}
	sheds := garden.client.CoreV1().RESTClient()
	err = waitUntil(ctx, "the sheds' API", nil, func() bool {
		return sheds.Get().AbsPath(shedPath, "sheds").Do(ctx).Error() == nil
	})
	if err != nil {
		return err
	}
	for index := range *count {
		made := shed{TypeMeta: shedType, ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("shed-%d", index)}}
		body, err := json.Marshal(made)
		if err != nil {
			return err
		}
		err = sheds.Post().AbsPath(shedPath, "namespaces", *namespace, "sheds").Body(body).Do(ctx).Error()
		if unlessExists(err) != nil {
			return err
		}
	}
	sayDone(fmt.Sprintf("%d sheds in %s", *count, *namespace), started)
	return nil
}

// seedWebhooks has the API server ask the annex before it deletes what is
// labelled, and waits until it does.
func seedWebhooks(ctx context.Context, config *rest.Config, arguments []string) error {
	if len(arguments) > 0 {
		return fmt.Errorf("unexpected argument %q", arguments[0])
	}
	started := time.Now()
	ctx, cancel := context.WithTimeout(ctx, gardenDeadline)
	defer cancel()
	garden, err := newGardener(config, corev1.NamespaceDefault)
	if err != nil {
		return err
	}
	if err := garden.applyAnnex(ctx, "refusing.yaml", config.CAData); err != nil {
		return err
	}
	place, err := findAnnex(ctx, garden.client)
	if err != nil {
		return err
	}
	objects, err := annexObjects("unrehearsed.yaml", place.Port, config.CAData)
	if err != nil {
		return err
	}
	for _, object := range objects {
		if err := store(ctx, place.Etcd, object); err != nil {
			return err
		}
	}
	for label, isHeeded := range map[string]func(error) bool{
		refuseLabel: apierrors.IsForbidden, unrehearsedLabel: apierrors.IsBadRequest,
	} {
		if err := awaitWebhook(ctx, garden.client, label, isHeeded); err != nil {
			return err
		}
	}
	sayDone("webhooks", started)
	return nil
}

func (g *gardener) applyAnnex(ctx context.Context, file string, authority []byte) error {
	place, err := findAnnex(ctx, g.client)
	if err != nil {
		return err
	}
	objects, err := annexObjects(file, place.Port, authority)
	if err != nil {
		return err
	}
	return g.applyAll(ctx, objects)
}

// store writes a webhook configuration behind the API server's back. It takes
// none with side effects any more, and still heeds those that it has from
// before.
func store(ctx context.Context, etcd string, object *unstructured.Unstructured) error {
	client, err := etcdclient.New(etcdclient.Config{Endpoints: []string{etcd}, DialTimeout: startDeadline})
	if err != nil {
		return err
	}
	defer client.Close()
	object.SetUID(uuid.NewUUID())
	object.SetCreationTimestamp(metav1.Now())
	text, err := object.MarshalJSON()
	if err != nil {
		return err
	}
	_, err = client.Put(ctx, "/registry/validatingwebhookconfigurations/"+object.GetName(), string(text))
	return err
}

// awaitWebhook deletes a labelled object as a dry run until the answer is the
// webhook's.
func awaitWebhook(ctx context.Context, client kubernetes.Interface, label string, isHeeded func(error) bool) error {
	configMaps := client.CoreV1().ConfigMaps(corev1.NamespaceDefault)
	probe := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{
		GenerateName: "webhook-probe-", Labels: map[string]string{label: "true"},
	}}
	probe, err := configMaps.Create(ctx, probe, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	dryRun := metav1.DeleteOptions{DryRun: []string{metav1.DryRunAll}}
	err = waitUntil(ctx, "the webhook for "+label, nil, func() bool {
		return isHeeded(configMaps.Delete(ctx, probe.Name, dryRun))
	})
	if err != nil {
		return err
	}
	unlabel := []byte(`{"metadata":{"labels":null}}`)
	if _, err := configMaps.Patch(ctx, probe.Name, types.MergePatchType, unlabel, metav1.PatchOptions{}); err != nil {
		return err
	}
	return configMaps.Delete(ctx, probe.Name, metav1.DeleteOptions{})
}
