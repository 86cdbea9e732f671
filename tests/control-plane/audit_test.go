package main

import (
	"testing"

	auditinternal "k8s.io/apiserver/pkg/apis/audit"
	"k8s.io/apiserver/pkg/audit/policy"
	authentication "k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizer"
)

func TestAuditLogHoldsTheBodiesOfDeletesAndNoReads(t *testing.T) {
	parsed, err := policy.LoadPolicyFromBytes([]byte(auditPolicy))
	if err != nil {
		t.Fatal(err)
	}
	evaluator := policy.NewPolicyRuleEvaluator(parsed)
	check := func(verb, resource, subresource string, expected auditinternal.Level) {
		t.Helper()
		level := evaluator.EvaluatePolicyRule(authorizer.AttributesRecord{
			User: &authentication.DefaultInfo{Name: "ada"}, Verb: verb, Resource: resource, Subresource: subresource, ResourceRequest: true,
		}).Level
		if level != expected {
			t.Errorf("%s %s/%s is logged at %s", verb, resource, subresource, level)
		}
	}
	check("delete", "configmaps", "", auditinternal.LevelRequestResponse)
	check("deletecollection", "pods", "", auditinternal.LevelRequestResponse)
	check("create", "pods", "eviction", auditinternal.LevelRequestResponse)
	check("create", "pods", "", auditinternal.LevelMetadata)
	check("patch", "namespaces", "", auditinternal.LevelMetadata)
	check("update", "namespaces", "finalize", auditinternal.LevelMetadata)
	check("list", "secrets", "", auditinternal.LevelNone)
	check("watch", "pods", "", auditinternal.LevelNone)
}
