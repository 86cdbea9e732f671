package main

import (
	"encoding/csv"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/client-go/tools/clientcmd"
)

func TestEveryUserHasAContextAndACredentialOfItsOwn(t *testing.T) {
	users := newUsers()
	config := newKubeconfig("alpha", "https://127.0.0.1:1", []byte("ca"), users, pair{[]byte("crt"), []byte("key")})
	if err := clientcmd.Validate(*config); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"alpha", "alpha-token", "alpha-viewer", "alpha-keeper", "alpha-nobody", "alpha-tenant"} {
		context, exists := config.Contexts[name]
		if !exists {
			t.Errorf("there is no context %s", name)
		} else if context.Namespace != "default" || context.Cluster != "alpha" {
			t.Errorf("context %s is %+v", name, context)
		}
	}
	seen := map[string]bool{}
	for name, entry := range config.AuthInfos {
		credential := entry.Token + string(entry.ClientCertificateData)
		if credential == "" || seen[credential] {
			t.Errorf("%s has no credential of its own", name)
		}
		seen[credential] = true
	}
	if len(config.AuthInfos) != len(users) {
		t.Errorf("%d users share %d entries", len(users), len(config.AuthInfos))
	}
}

func TestKubeconfigsOfTwoPlanesShareNoNames(t *testing.T) {
	alpha := newKubeconfig("alpha", "https://127.0.0.1:1", nil, newUsers(), pair{})
	beta := newKubeconfig("beta", "https://127.0.0.1:2", nil, newUsers(), pair{})
	for name := range alpha.AuthInfos {
		if _, shared := beta.AuthInfos[name]; shared {
			t.Errorf("both have the user %s", name)
		}
	}
	for name := range alpha.Contexts {
		if _, shared := beta.Contexts[name]; shared {
			t.Errorf("both have the context %s", name)
		}
	}
}

func TestTokenFileHasNoEmptyGroup(t *testing.T) {
	reader := csv.NewReader(strings.NewReader(tokenFile(newUsers())))
	reader.FieldsPerRecord = -1
	lines, err := reader.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(lines) != len(newUsers())-1 {
		t.Errorf("%d lines", len(lines))
	}
	for _, line := range lines {
		for _, column := range line {
			if column == "" {
				t.Errorf("an empty column in the line of %s", line[1])
			}
		}
	}
}

func TestKeeperCanNeitherDeleteNorEvict(t *testing.T) {
	for _, rule := range append(append([]rbacv1.PolicyRule{}, createMostThings...), readEverything...) {
		for _, verb := range rule.Verbs {
			switch verb {
			case "get", "list", "watch":
			case "create":
				for _, resource := range rule.Resources {
					if strings.ContainsAny(resource, "*/") {
						t.Errorf("may create %s, which includes evictions", resource)
					}
				}
			default:
				t.Errorf("may %s %v", verb, rule.Resources)
			}
		}
	}
}
