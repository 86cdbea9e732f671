package main

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"k8s.io/client-go/rest"
)

// seeds are the subjects of `plane seed`. Each parses its own flags, writes
// objects and says on stdout what it did.
var seeds = map[string]func(context.Context, *rest.Config, []string) error{
	"garden":     seedGarden,
	"herbarium":  seedHerbarium,
	"configmaps": seedConfigMaps,
	"pods":       seedPods,
	"sheds":      seedSheds,
	"webhooks":   seedWebhooks,
}

func seedCommand(arguments []string) error {
	flags := flag.NewFlagSet("seed", flag.ContinueOnError)
	kubeconfig := flags.String("kubeconfig", "", "kubeconfig of a plane")
	contextName := flags.String("context", "", "context; the current one if empty")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	// No default: a test that forgets the flag must not reach a real cluster.
	if *kubeconfig == "" {
		return fmt.Errorf("--kubeconfig is missing")
	}
	seed, known := seeds[flags.Arg(0)]
	if !known {
		return fmt.Errorf("%q is none of %s",
			flags.Arg(0), strings.Join(slices.Sorted(maps.Keys(seeds)), ", "))
	}
	config, err := loadConfig(*kubeconfig, *contextName)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return seed(ctx, config, flags.Args()[1:])
}

func sayDone(what string, since time.Time) {
	fmt.Printf("seeded %s in %.1f s\n", what, time.Since(since).Seconds())
}
