package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admission/v1"
)

// ask sends one request to an annex and gives the answer's status and body.
func ask(t *testing.T, annex http.Handler, method, path, body string) (int, string) {
	t.Helper()
	recorder := httptest.NewRecorder()
	annex.ServeHTTP(recorder, httptest.NewRequest(method, path, strings.NewReader(body)))
	return recorder.Code, recorder.Body.String()
}

func TestAShedIsDeletedWhateverTheOptionsSay(t *testing.T) {
	annex := annexHandler()
	sheds := shedPath + "/namespaces/yard/sheds"
	check := func(method, path, body string, expected int, parts ...string) {
		t.Helper()
		code, answer := ask(t, annex, method, path, body)
		if code != expected {
			t.Errorf("%s %s: %d %s", method, path, code, answer)
		}
		for _, part := range parts {
			if !strings.Contains(answer, part) {
				t.Errorf("%s %s: no %s in %s", method, path, part, answer)
			}
		}
	}
	check("GET", shedPath, "", 200, `"name":"sheds"`, `"delete"`)
	check("POST", sheds, `{"metadata":{"name":"a"}}`, 201, `"uid":"`, `"namespace":"yard"`, `"kind":"Shed"`)
	check("POST", sheds, `{"metadata":{"name":"a"}}`, 409, "AlreadyExists")
	check("POST", sheds, `{}`, 400)
	check("GET", shedPath+"/sheds", "", 200, `"name":"a"`, "ShedList")
	check("GET", shedPath+"/namespaces/yar/sheds", "", 200, `"items":[]`)
	options := `{"dryRun":["All"],"preconditions":{"uid":"another"}}`
	check("DELETE", sheds+"/a?dryRun=All", options, 200, `"status":"Success"`, `"uid":"`)
	check("GET", sheds+"/a", "", 404, `"reason":"NotFound"`, `"name":"a"`)
	check("DELETE", sheds+"/a", "", 404)
}

func TestAWebhookRefusesWithTheCodeOfTheLabel(t *testing.T) {
	check := func(path, labels string, expected int32) {
		t.Helper()
		review := `{"request":{"uid":"1","name":"a","oldObject":{"metadata":{"labels":` + labels + `}}}}`
		code, answer := ask(t, annexHandler(), "POST", path, review)
		var answered admissionv1.AdmissionReview
		if err := json.Unmarshal([]byte(answer), &answered); err != nil || code != 200 || answered.Response == nil {
			t.Fatalf("%d %s: %v", code, answer, err)
		}
		if answered.Response.UID != "1" || answered.Response.Allowed != (expected == 0) {
			t.Errorf("%s: %s", labels, answer)
		}
		if expected != 0 && answered.Response.Result.Code != expected {
			t.Errorf("%s: %s", labels, answer)
		}
	}
	check(refusePath, `{"secateur.test/refuse":"true"}`, 403)
	check(refusePath, `{"secateur.test/refuse":"401"}`, 401)
	check(refusePath, `{"other":"true"}`, 0)
	check(allowPath, `{"secateur.test/refuse":"true"}`, 0)
}

func TestTheAnnexIsAnnouncedWithPortAndAuthority(t *testing.T) {
	for file, parts := range map[string][]string{
		"sheds.yaml":       {"APIService", `"port":4711`, `"caBundle":"Y2E="`},
		"refusing.yaml":    {"127.0.0.1:4711" + refusePath, `"sideEffects":"None"`, refuseLabel},
		"unrehearsed.yaml": {"127.0.0.1:4711" + allowPath, `"sideEffects":"Some"`, unrehearsedLabel},
	} {
		objects, err := annexObjects(file, 4711, []byte("ca"))
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(objects)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range parts {
			if !strings.Contains(string(text), part) {
				t.Errorf("%s: no %s in %s", file, part, text)
			}
		}
	}
}
