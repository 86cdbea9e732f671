package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestManyKubeconfigsAreViewed(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := write("good", "clusters: [{name: c, cluster: {server: 'https://host', certificate-authority: ca}}]")
	bad := write("bad", "clusters: 7")
	input := strings.NewReader(`"` + bad + ":" + good + "\"\n\"" + good + "\"\n")
	var output bytes.Buffer
	if err := kubeconfigsCommand([]string{"--resolve-paths"}, input, &output); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(output.String()), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d lines", len(lines))
	}
	if !strings.Contains(lines[0], "refused") || !strings.Contains(lines[0], bad) {
		t.Errorf("a bad file is not named: %s", lines[0])
	}
	if !strings.Contains(lines[1], filepath.Join(folder, "ca")) {
		t.Errorf("a path is not resolved: %s", lines[1])
	}
}
