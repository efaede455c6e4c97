package lsp

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// TestDiagnosticsWaitUntilTypingRests changes a document every 100 ms.
func TestDiagnosticsWaitUntilTypingRests(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &server{changes: make(chan struct{}, 1)}
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			for range 5 {
				s.touched(struct{}{})
				time.Sleep(100 * time.Millisecond)
			}
		}()
		started := time.Now()
		if !s.awaitChanges(ctx) || time.Since(started) != 400*time.Millisecond+quiet {
			t.Errorf("it waits for %s", time.Since(started))
		}
		cancel()
		if s.awaitChanges(ctx) {
			t.Error("it goes on when nobody is there any more")
		}
	})
}
