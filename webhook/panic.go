package webhook

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission/metrics"
)

// failOpen answers "allowed", with a warning, where its handler panics. The API server
// treats every other answer as a rejection, even under failurePolicy Ignore.
type failOpen struct{ admission.Handler }

func (h failOpen) Handle(ctx context.Context, req admission.Request) (response admission.Response) {
	defer recovered(ctx, func() {
		response = untouched("an internal error; see the log of corewarden")
	})
	return h.Handler.Handle(ctx, req)
}

// untouched allows an object as it is, with a warning that says why it was left alone.
func untouched(why string) admission.Response {
	return admission.Allowed("").WithWarnings("corewarden left the object as it is: " + why)
}

// failClosed rejects the object where its handler panics, and says what to do.
type failClosed struct{ admission.Handler }

var errPanicked = errors.New("corewarden rejects this ConfigMap because of an internal error while checking it; see the log of corewarden-webhook and report the bug. " +
	"To write it unchecked if DNS depends on it: kubectl delete validatingwebhookconfiguration corewarden; apply corewarden's manifests again afterwards")

func (h failClosed) Handle(ctx context.Context, req admission.Request) (response admission.Response) {
	defer recovered(ctx, func() { response = admission.Errored(http.StatusInternalServerError, errPanicked) })
	return h.Handler.Handle(ctx, req)
}

// recovered is to be deferred: it calls answer where there was a panic. What that says may
// quote the object, and only the log gets it.
func recovered(ctx context.Context, answer func()) {
	if r := recover(); r != nil {
		metrics.WebhookPanics.WithLabelValues().Inc()
		log.FromContext(ctx).Error(fmt.Errorf("panic: %v", r), "Could not judge the object")
		answer()
	}
}
