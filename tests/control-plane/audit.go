package main

// auditPolicy makes the log say what the server was really asked to delete:
// body, preconditions and answer. Other writes leave one line without bodies,
// reads none. Rules are tried in order.
const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - level: RequestResponse
    verbs: [delete, deletecollection]
  - level: RequestResponse
    verbs: [create]
    resources:
      - group: ""
        resources: [pods/eviction]
  - level: None
    verbs: [get, list, watch]
  - level: None
    nonResourceURLs: ["*"]
  - level: Metadata
`

// auditFlags make the server write the log before it ends an answer, and never
// rotate it: a size of 0 means one plain file.
func auditFlags(layout layout) []string {
	return []string{
		"--audit-policy-file=" + layout.auditPolicy,
		"--audit-log-path=" + layout.auditLog,
		"--audit-log-format=json",
		"--audit-log-mode=blocking",
		"--audit-log-maxsize=0",
	}
}
