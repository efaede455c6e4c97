package serving

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

const (
	// maxBody is for a review with two ConfigMaps. A ConfigMap of 1 MB takes up to six in
	// JSON, in which the API server writes "<" as "\u003c".
	maxBody = 16 << 20
	// maxBodies is how much all bodies may hold that are being read or judged. Judging one
	// takes a multiple of that, which is not measured yet.
	maxBodies = 32 << 20
)

var errBusy = errors.New("too many large reviews at a time, try again")

// patience is how long a body waits for others. The API server gives up after 5 s.
const patience = 3 * time.Second

// bodies are those that are being read or judged.
type bodies struct {
	held *semaphore.Weighted // bytes
	// next is locked by the one body that waits. Were there more, all could wait for each
	// other.
	next sync.Mutex
}

// hold counts n bytes more. It waits for others where they hold too much, but refuses where
// another waits already, and gives way to that.
func (b *bodies) hold(n int64) bool {
	if b.held.TryAcquire(n) {
		return true
	}
	if !b.next.TryLock() {
		return false
	}
	defer b.next.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return b.held.Acquire(ctx, n) == nil
}

// A body counts what was read of it as a part of what all bodies hold. What it is said to
// hold does not count, because saying so costs nothing.
type body struct {
	io.ReadCloser
	all  *bodies
	held int64
}

func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if !b.all.hold(int64(n)) {
		return 0, errBusy
	}
	b.held += int64(n)
	return n, err
}

func (b *body) release() { b.all.held.Release(b.held) }
