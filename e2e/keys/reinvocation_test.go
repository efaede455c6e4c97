package keys_test

import (
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"testing"

	admissionv1 "k8s.io/api/admission/v1"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"corewarden/e2e/harness"
	"corewarden/extraconfig"
)

// asksAgain installs another webhook, which changes the ConfigMap after Corewarden's, so
// that the API server asks Corewarden a second time.
func (i keyClients) asksAgain(t *testing.T) {
	asked := func(during func()) float64 {
		before := i.Metric(t, "corewarden_webhook_requests_total", "webhook=/mutate-configmap")
		during()
		return i.Metric(t, "corewarden_webhook_requests_total", "webhook=/mutate-configmap") - before
	}
	walk := func(check func(step string, after stored)) {
		for _, c := range []client{{"kubectl apply", i.kubectlApply()}, {"server-side", i.kubectlApply("--server-side", "--field-manager=a")}} {
			i.startAfresh(t)
			for _, s := range sources[:4] {
				i.applies(t, c, s.source, s.want)
				check(c.name+", "+s.name, i.get(t, guardedName))
			}
		}
	}
	want := map[string]stored{}
	once := asked(func() { walk(func(step string, after stored) { want[step] = after }) })

	remove := i.installAnnotator(t)
	defer remove()
	twice := asked(func() {
		walk(func(step string, after stored) {
			after.sameAs(t, "after "+step+" and another webhook", want[step])
			if after.record != want[step].record {
				t.Errorf("after %s and another webhook the record is %s, not %s", step, after.record, want[step].record)
			}
		})
	})
	if twice <= once {
		t.Errorf("the API server asked %v times, and %v times with the other webhook", once, twice)
	}
}

// installAnnotator installs a webhook that keeps an annotation of what the data is, and
// returns what removes it.
func (i keyClients) installAnnotator(t *testing.T) (remove func()) {
	t.Helper()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var review admissionv1.AdmissionReview
		if err := json.NewDecoder(r.Body).Decode(&review); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		var object struct{ Data texts }
		if err := json.Unmarshal(review.Request.Object.Raw, &object); err != nil {
			t.Error(err)
		}
		patch := []any{map[string]any{"op": "add", "path": "/metadata/annotations/example.org~1data", "value": harness.JSON(t, object.Data)}}
		jsonPatch := admissionv1.PatchTypeJSONPatch
		review.Response = &admissionv1.AdmissionResponse{
			UID: review.Request.UID, Allowed: true, PatchType: &jsonPatch, Patch: []byte(harness.JSON(t, patch)),
		}
		if err := json.NewEncoder(w).Encode(review); err != nil {
			t.Error(err)
		}
	}))
	none := admissionregistrationv1.SideEffectClassNone
	config := &admissionregistrationv1.MutatingWebhookConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: "zz-after-corewarden"},
		Webhooks: []admissionregistrationv1.MutatingWebhook{{
			Name: "annotator.example.org",
			ClientConfig: admissionregistrationv1.WebhookClientConfig{
				URL:      &server.URL,
				CABundle: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}),
			},
			Rules: []admissionregistrationv1.RuleWithOperations{{
				Operations: []admissionregistrationv1.OperationType{admissionregistrationv1.Create, admissionregistrationv1.Update},
				Rule:       admissionregistrationv1.Rule{APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"configmaps"}},
			}},
			MatchConditions:         []admissionregistrationv1.MatchCondition{{Name: "guarded", Expression: "object.metadata.name == '" + extraconfig.Name + "'"}},
			SideEffects:             &none,
			AdmissionReviewVersions: []string{"v1"},
		}},
	}
	configs := i.API.AdmissionregistrationV1().MutatingWebhookConfigurations()
	if _, err := configs.Create(t.Context(), config, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	return func() {
		i.Run(t, "delete", "mutatingwebhookconfiguration", config.Name)
		server.Close()
	}
}
