package main

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// serveOptions is a checked command line of `plane serve`.
type serveOptions struct {
	// dir is absolute, exists and was empty.
	dir       string
	name      string
	nodeCount int
	// without holds the names of the children that are not started.
	without map[string]bool
}

// planeName keeps names usable as file names and in kubeconfigs without quotes.
var planeName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`)

func parseServeOptions(arguments []string) (serveOptions, error) {
	options := serveOptions{without: map[string]bool{}}
	var without string
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	flags.StringVar(&options.dir, "dir", "", "folder of this plane; made if it is missing, must be empty")
	flags.StringVar(&options.name, "name", "", "name of the cluster and first part of its contexts' names")
	flags.IntVar(&options.nodeCount, "nodes", 2, "number of nodes")
	flags.StringVar(&without, "without", "", "children to leave out, separated by commas: scheduler, controllers, kwok")
	if err := flags.Parse(arguments); err != nil {
		return options, err
	}
	if flags.NArg() > 0 {
		return options, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if !planeName.MatchString(options.name) {
		return options, fmt.Errorf("--name %q must be lower case letters, digits and hyphens", options.name)
	}
	if options.nodeCount < 0 {
		return options, fmt.Errorf("--nodes %d is negative", options.nodeCount)
	}
	for _, child := range strings.FieldsFunc(without, func(r rune) bool { return r == ',' }) {
		if _, known := childArguments[child]; !known {
			return options, fmt.Errorf("--without %q is none of %s",
				child, strings.Join(slices.Sorted(maps.Keys(childArguments)), ", "))
		}
		options.without[child] = true
	}
	if options.dir == "" {
		return options, fmt.Errorf("--dir is missing")
	}
	var err error
	options.dir, err = makeEmptyDir(options.dir)
	return options, err
}

// makeEmptyDir refuses a used folder: etcd would bring back the old cluster
// under new certificates, and the audit log would tell of two.
func makeEmptyDir(dir string) (string, error) {
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(absolute, 0o700); err != nil {
		return "", err
	}
	entries, err := os.ReadDir(absolute)
	if err != nil {
		return "", err
	}
	if len(entries) > 0 {
		return "", fmt.Errorf("%s is not empty", absolute)
	}
	return absolute, nil
}
