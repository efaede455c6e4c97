package webhook

import (
	"context"
	"time"
)

// forAnswer is how much of a request's time is left for its answer when the verdict ends.
const forAnswer = time.Second

// forVerdict returns a context that ends when a request has to be answered, or when nobody waits
// for an answer any more.
func forVerdict(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, limited := ctx.Deadline()
	if !limited {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, deadline.Add(-forAnswer))
}
