package webhook

import (
	"context"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

func TestPanicAllowsTheObjectAsItIs(t *testing.T) {
	t.Parallel()
	panicking := admission.HandlerFunc(func(context.Context, admission.Request) admission.Response { panic("secret") })
	got := failOpen{panicking}.Handle(t.Context(), admission.Request{})
	want := []string{"corewarden left the object as it is: an internal error; see the log of corewarden"}
	if !got.Allowed || len(got.Patches) > 0 || !reflect.DeepEqual(got.Warnings, want) {
		t.Errorf("got %+v, want it allowed with %q", got, want)
	}
}

func TestPanicOfTheGuardRejectsAndSaysWhatToDo(t *testing.T) {
	t.Parallel()
	panicking := admission.HandlerFunc(func(context.Context, admission.Request) admission.Response { panic("secret") })
	got := failClosed{panicking}.Handle(t.Context(), admission.Request{})
	if got.Allowed || got.Result.Code != http.StatusInternalServerError {
		t.Errorf("got %+v, want it rejected with an internal error", got)
	}
	for _, part := range []string{"internal error", "log of corewarden-webhook", "kubectl delete validatingwebhookconfiguration corewarden"} {
		if !strings.Contains(got.Result.Message, part) {
			t.Errorf("the message is %q, without %q", got.Result.Message, part)
		}
	}
	if strings.Contains(got.Result.Message, "secret") {
		t.Errorf("the message quotes the panic: %q", got.Result.Message)
	}
}
