package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const (
	// refuseLabel is "true", or the HTTP status to refuse with.
	refuseLabel = "secateur.test/refuse"
	// unrehearsedLabel is on what a webhook is asked about that knows no dry runs.
	unrehearsedLabel = "secateur.test/unrehearsed"

	refusePath = "/webhooks/refuse"
	allowPath  = "/webhooks/allow"
)

func registerWebhooks(mux *http.ServeMux) {
	mux.HandleFunc("POST "+refusePath, answerReviews(refuseLabelled))
	mux.HandleFunc("POST "+allowPath, answerReviews(func(*admissionv1.AdmissionRequest) *metav1.Status { return nil }))
}

// answerReviews allows what judge has no words for.
func answerReviews(judge func(*admissionv1.AdmissionRequest) *metav1.Status) http.HandlerFunc {
	return func(response http.ResponseWriter, request *http.Request) {
		var review admissionv1.AdmissionReview
		if err := json.NewDecoder(request.Body).Decode(&review); err != nil || review.Request == nil {
			http.Error(response, "no AdmissionReview", http.StatusBadRequest)
			return
		}
		refusal := judge(review.Request)
		review.Response = &admissionv1.AdmissionResponse{
			UID: review.Request.UID, Allowed: refusal == nil, Result: refusal,
		}
		review.Request = nil
		writeJSON(response, http.StatusOK, review)
	}
}

func refuseLabelled(request *admissionv1.AdmissionRequest) *metav1.Status {
	var old struct {
		Metadata metav1.ObjectMeta `json:"metadata"`
	}
	if err := json.Unmarshal(request.OldObject.Raw, &old); err != nil {
		return &metav1.Status{Code: http.StatusInternalServerError, Message: err.Error()}
	}
	label, isLabelled := old.Metadata.Labels[refuseLabel]
	if !isLabelled {
		return nil
	}
	code, err := strconv.Atoi(label)
	if err != nil {
		code = http.StatusForbidden
	}
	return &metav1.Status{Code: int32(code), Message: fmt.Sprintf("%s is to be kept", request.Name)}
}
