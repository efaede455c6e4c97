package webhook

import (
	"context"
	"reflect"
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
