package poll_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"corewarden/e2e/poll"
)

func TestUntil(t *testing.T) {
	t.Parallel()
	notYet := errors.New("not yet")
	for _, test := range []struct {
		name  string
		took  time.Duration // by each look
		looks int           // in 10 s
	}{
		{"a quick look is repeated every 50 ms", 0, 200},
		{"after a slow one there is a pause as long", 500 * time.Millisecond, 10},
		{"of a second at most", 4 * time.Second, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second-time.Millisecond)
				defer cancel()
				looks := 0
				err := poll.Until(ctx, "spring", func() error { looks++; time.Sleep(test.took); return notYet })
				if looks != test.looks {
					t.Errorf("it looked %d times, want %d", looks, test.looks)
				}
				if !errors.Is(err, notYet) || !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "waiting for spring") {
					t.Errorf("the error is %q, want what was waited for, that the time is over, and the last look", err)
				}
			})
		})
	}
	t.Run("it ends with the first look that finds no fault", func(t *testing.T) {
		t.Parallel()
		looks := 0
		err := poll.Until(t.Context(), "spring", func() error {
			if looks++; looks < 3 {
				return notYet
			}
			return nil
		})
		if err != nil || looks != 3 {
			t.Errorf("%v after %d looks, want no error after 3", err, looks)
		}
	})
}
