package main

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/uuid"
)

// A shed is stored by the annex and not by kube-apiserver. Like some servers
// that people run, the annex reads no options of a DELETE: neither dryRun nor
// preconditions. It is deliberately the least that can be asked of: no watch,
// no patch, no tables, no selectors, no pages.

const (
	shedGroup   = "annex.example.com"
	shedVersion = "v1"
	shedPath    = "/apis/" + shedGroup + "/" + shedVersion
)

type shed struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Spec              map[string]any `json:"spec,omitempty"`
}

type shedList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata"`
	Items           []shed `json:"items"`
}

var (
	shedType     = metav1.TypeMeta{APIVersion: shedGroup + "/" + shedVersion, Kind: "Shed"}
	shedListType = metav1.TypeMeta{APIVersion: shedGroup + "/" + shedVersion, Kind: "ShedList"}
)

// shedYard holds all sheds by namespace and name.
type shedYard struct {
	mutex    sync.Mutex
	sheds    map[string]shed
	revision int
}

func newShedYard() *shedYard { return &shedYard{sheds: map[string]shed{}, revision: 1} }

func (y *shedYard) register(mux *http.ServeMux) {
	mux.HandleFunc("GET "+shedPath, describeSheds)
	mux.HandleFunc("GET "+shedPath+"/sheds", y.list)
	mux.HandleFunc("GET "+shedPath+"/namespaces/{namespace}/sheds", y.list)
	mux.HandleFunc("POST "+shedPath+"/namespaces/{namespace}/sheds", y.create)
	mux.HandleFunc("GET "+shedPath+"/namespaces/{namespace}/sheds/{name}", y.get)
	mux.HandleFunc("DELETE "+shedPath+"/namespaces/{namespace}/sheds/{name}", y.delete)
}

func describeSheds(response http.ResponseWriter, _ *http.Request) {
	writeJSON(response, http.StatusOK, metav1.APIResourceList{
		TypeMeta:     metav1.TypeMeta{APIVersion: "v1", Kind: "APIResourceList"},
		GroupVersion: shedType.APIVersion,
		APIResources: []metav1.APIResource{{
			Name: "sheds", SingularName: "shed", Kind: shedType.Kind, Namespaced: true,
			Verbs: metav1.Verbs{"create", "delete", "get", "list"},
		}},
	})
}

func (y *shedYard) list(response http.ResponseWriter, request *http.Request) {
	y.mutex.Lock()
	defer y.mutex.Unlock()
	list := shedList{TypeMeta: shedListType, ListMeta: metav1.ListMeta{ResourceVersion: strconv.Itoa(y.revision)}}
	list.Items = []shed{}
	for _, key := range slices.Sorted(maps.Keys(y.sheds)) {
		namespace := request.PathValue("namespace")
		if namespace == "" || strings.HasPrefix(key, namespace+"/") {
			list.Items = append(list.Items, y.sheds[key])
		}
	}
	writeJSON(response, http.StatusOK, list)
}

func (y *shedYard) create(response http.ResponseWriter, request *http.Request) {
	var created shed
	if err := json.NewDecoder(request.Body).Decode(&created); err != nil || created.Name == "" {
		refuse(response, http.StatusBadRequest, metav1.StatusReasonBadRequest, "")
		return
	}
	y.mutex.Lock()
	defer y.mutex.Unlock()
	created.TypeMeta, created.Namespace = shedType, request.PathValue("namespace")
	key := created.Namespace + "/" + created.Name
	if _, exists := y.sheds[key]; exists {
		refuse(response, http.StatusConflict, metav1.StatusReasonAlreadyExists, created.Name)
		return
	}
	y.revision++
	created.UID = uuid.NewUUID()
	created.ResourceVersion = strconv.Itoa(y.revision)
	created.CreationTimestamp = metav1.NewTime(time.Now().Truncate(time.Second))
	y.sheds[key] = created
	writeJSON(response, http.StatusCreated, created)
}

func (y *shedYard) get(response http.ResponseWriter, request *http.Request) {
	y.mutex.Lock()
	defer y.mutex.Unlock()
	found, exists := y.sheds[keyOf(request)]
	if !exists {
		refuse(response, http.StatusNotFound, metav1.StatusReasonNotFound, request.PathValue("name"))
		return
	}
	writeJSON(response, http.StatusOK, found)
}

// delete is done for real, whatever it was asked with.
func (y *shedYard) delete(response http.ResponseWriter, request *http.Request) {
	y.mutex.Lock()
	defer y.mutex.Unlock()
	found, exists := y.sheds[keyOf(request)]
	if !exists {
		refuse(response, http.StatusNotFound, metav1.StatusReasonNotFound, request.PathValue("name"))
		return
	}
	y.revision++
	delete(y.sheds, keyOf(request))
	writeJSON(response, http.StatusOK, status(metav1.StatusSuccess, http.StatusOK, "", found.Name, found.UID))
}

func keyOf(request *http.Request) string {
	return request.PathValue("namespace") + "/" + request.PathValue("name")
}

func refuse(response http.ResponseWriter, code int, reason metav1.StatusReason, name string) {
	writeJSON(response, code, status(metav1.StatusFailure, code, reason, name, ""))
}

func status(word string, code int, reason metav1.StatusReason, name string, uid types.UID) metav1.Status {
	return metav1.Status{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"},
		Status:   word, Code: int32(code), Reason: reason, Message: string(reason),
		Details: &metav1.StatusDetails{Group: shedGroup, Kind: "sheds", Name: name, UID: uid},
	}
}
