package serving

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"time"

	admissionv1 "k8s.io/api/admission/v1"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

// reviews has a webhook answer the reviews of admission.k8s.io/v1, which are what deploy/
// has the API server send. The webhook's own HTTP handler takes at most 7 MiB.
type reviews struct{ webhook *admission.Webhook }

func (h reviews) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), timeoutOf(r))
	defer cancel()
	review, status, err := readReview(r)
	if err != nil {
		log.FromContext(r.Context()).V(1).Info("Got no review", "path", r.URL.Path, "from", r.RemoteAddr, "reason", err.Error())
		http.Error(w, err.Error(), status)
		return
	}
	response := h.webhook.Handle(ctx, admission.Request{AdmissionRequest: *review.Request})
	w.Header().Set("Content-Type", "application/json")
	// An error is the connection's, whose other end sees it as well.
	_ = json.NewEncoder(w).Encode(admissionv1.AdmissionReview{TypeMeta: review.TypeMeta, Response: &response.AdmissionResponse})
}

// timeoutOf returns how long the API server waits for an answer: it says so in the address.
func timeoutOf(r *http.Request) time.Duration {
	timeout, err := time.ParseDuration(r.URL.Query().Get("timeout"))
	if err != nil || timeout <= 0 || timeout > writeTimeout {
		return writeTimeout
	}
	return timeout
}

// readReview returns the review that a request holds, or the status to answer with.
func readReview(r *http.Request) (*admissionv1.AdmissionReview, int, error) {
	if r.Method != http.MethodPost {
		return nil, http.StatusMethodNotAllowed, fmt.Errorf("the method is %s, not POST", r.Method)
	}
	if contentType, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); contentType != "application/json" {
		return nil, http.StatusUnsupportedMediaType, fmt.Errorf("the content type is %q, not application/json", contentType)
	}
	text, err := io.ReadAll(r.Body)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, http.StatusRequestEntityTooLarge, fmt.Errorf("the body is larger than %d MiB", tooLarge.Limit>>20)
	case errors.Is(err, errBusy):
		return nil, http.StatusServiceUnavailable, err
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, http.StatusRequestTimeout, errors.New("the body does not come to its end in time")
	case err != nil:
		return nil, http.StatusBadRequest, fmt.Errorf("the body cannot be read: %w", err)
	}
	var review admissionv1.AdmissionReview
	if err := json.Unmarshal(text, &review); err != nil {
		return nil, http.StatusBadRequest, fmt.Errorf("the body is no AdmissionReview: %w", err)
	}
	if want := admissionv1.SchemeGroupVersion.WithKind("AdmissionReview"); review.GroupVersionKind() != want {
		return nil, http.StatusBadRequest, fmt.Errorf("the body is of kind %s, not %s", review.GroupVersionKind(), want)
	}
	if review.Request == nil || review.Request.UID == "" {
		return nil, http.StatusBadRequest, errors.New("the AdmissionReview has no request with a UID")
	}
	return &review, http.StatusOK, nil
}
