package main

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"text/template"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// gardenFiles are templates, applied in the order of their names.
//
//go:embed garden/*.yaml
var gardenFiles embed.FS

// gardenValues fill the templates.
type gardenValues struct {
	Namespace string
	// KeepsRunning is the annotation that keeps a job's pods from finishing.
	KeepsRunning string
	// Claims each get a volume of their own, bound in advance.
	Claims []string
}

// gardenObjects are the objects of a garden in the order in which to apply them.
func gardenObjects(namespace string) ([]*unstructured.Unstructured, error) {
	return objectsOf(gardenFiles, "garden", gardenValues{
		Namespace:    namespace,
		KeepsRunning: keepsRunning,
		Claims:       []string{"compost-heap", "seed-bank", "roots-orchard-0", "roots-orchard-1"},
	})
}

// objectsOf are the objects of a folder of templates, in the order of the files.
func objectsOf(folder fs.FS, name string, values any) ([]*unstructured.Unstructured, error) {
	pattern := name + "/*.yaml"
	templates, err := template.ParseFS(folder, pattern)
	if err != nil {
		return nil, err
	}
	files, err := fs.Glob(folder, pattern)
	if err != nil {
		return nil, err
	}
	var objects []*unstructured.Unstructured
	for _, file := range files {
		var text bytes.Buffer
		if err := templates.ExecuteTemplate(&text, path.Base(file), values); err != nil {
			return nil, err
		}
		fromFile, err := decodeObjects(&text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		objects = append(objects, fromFile...)
	}
	return objects, nil
}

func decodeObjects(text io.Reader) ([]*unstructured.Unstructured, error) {
	decoder := yaml.NewYAMLOrJSONDecoder(text, 4096)
	var objects []*unstructured.Unstructured
	for {
		object := &unstructured.Unstructured{}
		err := decoder.Decode(object)
		if errors.Is(err, io.EOF) {
			return objects, nil
		}
		if err != nil {
			return nil, err
		}
		if len(object.Object) > 0 {
			objects = append(objects, object)
		}
	}
}
