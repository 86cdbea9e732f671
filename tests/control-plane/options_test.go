package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestChildrenCanBeLeftOut(t *testing.T) {
	check := func(without string, expected ...string) {
		t.Helper()
		options, err := parseServeOptions([]string{"--dir", t.TempDir(), "--name", "alpha", "--without", without})
		if err != nil {
			t.Fatal(err)
		}
		if children := options.children(); !slices.Equal(children, expected) {
			t.Errorf("without %q: %v", without, children)
		}
	}
	check("", "controllers", "kwok", "scheduler")
	check("kwok", "controllers", "scheduler")
	check("scheduler,controllers,kwok")
}

func TestBadCommandLinesAreRefused(t *testing.T) {
	used := t.TempDir()
	if err := os.WriteFile(filepath.Join(used, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	check := func(message string, arguments ...string) {
		t.Helper()
		_, err := parseServeOptions(arguments)
		if err == nil || !strings.Contains(err.Error(), message) {
			t.Errorf("%v: %v", arguments, err)
		}
	}
	check("--dir is missing", "--name", "alpha")
	check("--name", "--dir", t.TempDir())
	check("--name", "--dir", t.TempDir(), "--name", "a/b")
	check("not empty", "--dir", used, "--name", "alpha")
	check("none of", "--dir", t.TempDir(), "--name", "alpha", "--without", "etcd")
	check("negative", "--dir", t.TempDir(), "--name", "alpha", "--nodes", "-1")
	check("unexpected", "--dir", t.TempDir(), "--name", "alpha", "more")
}

func TestSeededNamesSortByNumber(t *testing.T) {
	options, err := parseManyOptions("pods", "pod", []string{"--namespace", "many", "--count", "3", "--prefix", "p"})
	if err != nil {
		t.Fatal(err)
	}
	if name := options.objectName(42); name != "p-00042" {
		t.Errorf("the name is %s", name)
	}
}
