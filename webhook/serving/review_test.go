package serving

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

// TestReviewsHaveTheDeadlineOfTheirClient asks as the API server does, which says how long it
// waits. The wait for a turn counts.
func TestReviewsHaveTheDeadlineOfTheirClient(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]time.Duration{
		"?timeout=2s":    2 * time.Second,
		"?timeout=500ms": 500 * time.Millisecond,
		"":               writeTimeout,
		"?timeout=30s":   writeTimeout,
		"?timeout=-1s":   writeTimeout,
		"?timeout=soon":  writeTimeout,
	} {
		t.Run(query, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				begin := time.Now()
				var got time.Duration
				s, _ := newServer(t, func(ctx context.Context, _ admission.Request) admission.Response {
					deadline, _ := ctx.Deadline()
					got = deadline.Sub(begin)
					return admission.Allowed("")
				})
				if err := s.turns.small.Acquire(t.Context(), 1); err != nil {
					t.Fatal(err)
				}
				time.AfterFunc(300*time.Millisecond, func() { s.turns.small.Release(1) })
				r := httptest.NewRequest(http.MethodPost, path+query, strings.NewReader(review))
				r.Header.Set("Content-Type", "application/json")
				s.ServeHTTP(httptest.NewRecorder(), r)
				if got != want {
					t.Errorf("a deadline after %v, want %v", got, want)
				}
			})
		})
	}
}
