package main

import (
	"context"
	"embed"
	"flag"
	"fmt"
	"time"

	"k8s.io/client-go/rest"
)

// herbariumFiles are templates, applied in the order of their names.
//
//go:embed herbarium/*.yaml
var herbariumFiles embed.FS

type herbariumValues struct{ Namespace string }

// seedHerbarium writes one specimen at least of each kind that the garden has
// none of, and custom resources whose columns and texts are as odd as a server
// takes them.
func seedHerbarium(ctx context.Context, config *rest.Config, arguments []string) error {
	flags := flag.NewFlagSet("herbarium", flag.ContinueOnError)
	namespace := flags.String("namespace", "herbarium", "namespace, and first part of the names of cluster-scoped objects")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	started := time.Now()
	ctx, cancel := context.WithTimeout(ctx, gardenDeadline)
	defer cancel()
	garden, err := newGardener(config, *namespace)
	if err != nil {
		return err
	}
	objects, err := objectsOf(herbariumFiles, "herbarium", herbariumValues{*namespace})
	if err != nil {
		return err
	}
	if err := garden.applyAll(ctx, objects); err != nil {
		return err
	}
	sayDone(fmt.Sprintf("herbarium in %s (%d objects)", *namespace, len(objects)), started)
	return nil
}
