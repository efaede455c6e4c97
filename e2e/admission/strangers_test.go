package admission_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// answersStrangers posts to the webhooks what the API server would not.
func (i *installation) answersStrangers(t *testing.T) {
	pod := `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"dns-extra-configs","namespace":"kube-system"},"spec":{"containers":[]}}`
	review := func(object string) string {
		return `{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"1","operation":"CREATE","namespace":"kube-system","name":"dns-extra-configs","object":` + object + `,"oldObject":` + object + `}}`
	}
	for _, tt := range []struct {
		name        string
		contentType string
		body        string
		status      int
		want        string // in the answer of validate.corewarden.io, the one that fails closed
	}{
		{"a truncated review", "application/json", review(pod)[:60], http.StatusBadRequest, "unexpected end of JSON input"},
		{"an empty body", "application/json", "", http.StatusBadRequest, "unexpected end of JSON input"},
		{"a review without a request", "application/json", `{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}`, http.StatusBadRequest, "no request"},
		{"no review", "application/json", pod, http.StatusBadRequest, "Kind=Pod"},
		{"no JSON", "application/json", "Corefile", http.StatusBadRequest, "invalid character"},
		{"another content type", "application/yaml", review(pod), http.StatusUnsupportedMediaType, "not application/json"},
		{"an object of another kind", "application/json", review(pod), http.StatusOK, "Pod"},
		{"an object that is none", "application/json", review(`[1]`), http.StatusOK, "cannot unmarshal"},
		{"data of another type", "application/json", review(`{"apiVersion":"v1","kind":"ConfigMap","data":[1]}`), http.StatusOK, "cannot unmarshal"},
		{"more than 16 MiB", "application/json", review(`"` + strings.Repeat("a", 9<<20) + `"`), http.StatusRequestEntityTooLarge, "larger than 16 MiB"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for name, post := range i.webhooks(t) {
				status, text := post(tt.contentType, tt.body)
				if status != tt.status {
					t.Errorf("%s: the status is %d, not %d: %s", name, status, tt.status, text)
				}
				if name == "validate.corewarden.io" && !strings.Contains(text, tt.want) {
					t.Errorf("%s answers %s; want it to say %q", name, text, tt.want)
				}
				if status == http.StatusOK {
					changesNothing(t, name, text)
				}
			}
		})
	}
}

// changesNothing checks that a review neither patches the object nor, if it is the guard's,
// allows it.
func changesNothing(t *testing.T, webhook, text string) {
	t.Helper()
	var review admissionv1.AdmissionReview
	if err := json.Unmarshal([]byte(text), &review); err != nil || review.Response == nil {
		t.Errorf("%s answers no review: %v", webhook, err)
		return
	}
	if webhook == "validate.corewarden.io" && review.Response.Allowed {
		t.Errorf("%s allows it", webhook)
	}
	if review.Response.Patch != nil {
		t.Errorf("%s patches what it was given: %s", webhook, review.Response.Patch)
	}
}

// webhooks returns functions that post to each webhook at its URL, and return the status
// and the text of its answer.
func (i *installation) webhooks(t *testing.T) map[string]func(contentType, body string) (int, string) {
	t.Helper()
	configs := i.API.AdmissionregistrationV1()
	mutating, err := configs.MutatingWebhookConfigurations().Get(t.Context(), "corewarden", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	validating, err := configs.ValidatingWebhookConfigurations().Get(t.Context(), "corewarden", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(validating.Webhooks[0].ClientConfig.CABundle)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}
	t.Cleanup(client.CloseIdleConnections)

	posts := map[string]func(string, string) (int, string){}
	add := func(name, url string) {
		posts[name] = func(contentType, body string) (int, string) {
			response, err := client.Post(url, contentType, strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			text, err := io.ReadAll(response.Body)
			if err != nil {
				t.Fatal(err)
			}
			return response.StatusCode, string(text)
		}
	}
	for _, webhook := range mutating.Webhooks {
		add(webhook.Name, *webhook.ClientConfig.URL)
	}
	for _, webhook := range validating.Webhooks {
		add(webhook.Name, *webhook.ClientConfig.URL)
	}
	return posts
}
