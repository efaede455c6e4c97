package e2e_test

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
		want        string // in the message of validate.corewarden.io, the one that fails closed
	}{
		{"a truncated review", "application/json", review(pod)[:60], "unexpected end of JSON input"},
		{"an empty body", "application/json", "", "request body is empty"},
		{"a review without a request", "application/json", `{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}`, "unknown operation"},
		{"no review", "application/json", pod, "unknown operation"},
		{"no JSON", "application/json", "Corefile", "couldn't get version/kind"},
		{"another content type", "application/yaml", review(pod), "expected application/json"},
		{"an object of another kind", "application/json", review(pod), "Pod"},
		{"an object that is none", "application/json", review(`[1]`), "cannot unmarshal"},
		{"data of another type", "application/json", review(`{"apiVersion":"v1","kind":"ConfigMap","data":[1]}`), "cannot unmarshal"},
		{"more than 7 MiB", "application/json", review(`"` + strings.Repeat("a", 7<<20) + `"`), "too large"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for name, post := range i.webhooks(t) {
				response := post(tt.contentType, tt.body)
				if response == nil {
					t.Errorf("%s answers no review", name)
					continue
				}
				message := ""
				if response.Result != nil {
					message = response.Result.Message
				}
				if name == "validate.corewarden.io" && (response.Allowed || !strings.Contains(message, tt.want)) {
					t.Errorf("%s: allowed: %t, with the message %q; want it refused with %q", name, response.Allowed, message, tt.want)
				}
				if response.Patch != nil {
					t.Errorf("%s patches what it was given: %s", name, response.Patch)
				}
			}
		})
	}
}

// webhooks returns functions that post to each webhook at its URL, and return the response
// of the review that it answers with, or nil.
func (i *installation) webhooks(t *testing.T) map[string]func(contentType, body string) *admissionv1.AdmissionResponse {
	t.Helper()
	configs := i.api.AdmissionregistrationV1()
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

	posts := map[string]func(string, string) *admissionv1.AdmissionResponse{}
	add := func(name, url string) {
		posts[name] = func(contentType, body string) *admissionv1.AdmissionResponse {
			response, err := client.Post(url, contentType, strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			text, err := io.ReadAll(response.Body)
			if err != nil {
				t.Fatal(err)
			}
			var review admissionv1.AdmissionReview
			if err := json.Unmarshal(text, &review); err != nil {
				t.Errorf("%s answers %q: %v", name, text, err)
			}
			return review.Response
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
