package serving

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"golang.org/x/sync/semaphore"
)

const (
	// maxBody is for a review with two ConfigMaps. A ConfigMap of 1 MB takes up to six in
	// JSON, in which the API server writes "<" as "\u003c".
	maxBody = 16 << 20
	// smallBody is for a review with two ConfigMaps such as people write them.
	smallBody = 256 << 10
	// maxWaiting is how much all bodies hold that wait for their turn.
	maxWaiting = 32 << 20
	// patience is how long a review waits for its turn. The API server gives up after 5 s.
	patience = 3 * time.Second
	// turnToRead is how long the rest of a large body may take to come in its turn.
	turnToRead = 2 * time.Second
)

var errBusy = errors.New("too many reviews at a time, try again")

// turns bound what is judged at a time: one large review and one small one, so that no small
// one waits for large ones. To judge 1 MB of server blocks takes some 80 MiB, and few bytes that
// import each other may take as much.
type turns struct {
	waiting      *semaphore.Weighted // bytes
	small, large *semaphore.Weighted
}

func newTurns() turns {
	return turns{waiting: semaphore.NewWeighted(maxWaiting), small: semaphore.NewWeighted(1), large: semaphore.NewWeighted(1)}
}

// A body waits for the turn of its review: when it is read to its end, or when it shows to be
// large. What it is said to hold does not count, because saying so costs nothing.
type body struct {
	io.ReadCloser
	turns  turns
	ctx    context.Context // ends with patience
	hasten func()          // is called when the turn of a large one has come
	held   int64           // of waiting
	turn   *semaphore.Weighted
}

// newBody returns the body of a request, which is to be released when that is answered.
func (t turns) newBody(w http.ResponseWriter, r *http.Request) (b *body, release func()) {
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	b = &body{ReadCloser: http.MaxBytesReader(w, r.Body, maxBody), turns: t, ctx: ctx, hasten: func() {
		// It fails where there is no connection, as in tests of handlers alone.
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(turnToRead))
	}}
	return b, func() {
		cancel()
		t.waiting.Release(b.held)
		if b.turn != nil {
			b.turn.Release(1)
		}
	}
}

func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.turn != nil {
		return n, err
	}
	if !b.turns.waiting.TryAcquire(int64(n)) {
		return 0, errBusy
	}
	b.held += int64(n)
	switch {
	case b.held > smallBody:
		if !b.take(b.turns.large) {
			return 0, errBusy
		}
		b.hasten()
	case errors.Is(err, io.EOF):
		if !b.take(b.turns.small) {
			return 0, errBusy
		}
	}
	return n, err
}

// take waits for a turn.
func (b *body) take(turn *semaphore.Weighted) bool {
	if turn.Acquire(b.ctx, 1) != nil {
		return false
	}
	b.turn = turn
	b.turns.waiting.Release(b.held)
	b.held = 0
	return true
}
