// Package poll waits for what only shows when it is looked at.
package poll

import (
	"context"
	"fmt"
	"time"
)

// The least and the most time between two looks.
const (
	shortest = 50 * time.Millisecond
	longest  = time.Second
)

// Until looks until look returns no error or the context ends; the error has the last. It
// pauses for as long as a look takes: what is waited for needs the processors as well.
func Until(ctx context.Context, what string, look func() error) error {
	for {
		began := time.Now()
		err := look()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for %s: %w (last: %w)", what, ctx.Err(), err)
		case <-time.After(min(max(shortest, time.Since(began)), longest)):
		}
	}
}
