package dnsserver

import (
	"bytes"
	"regexp"
	"sync"
)

// maxOutput is how much of what a server prints is kept, for each of its two streams.
const maxOutput = 64 << 10

// output keeps the start of what a server prints and watches for the banner.
type output struct {
	mu      sync.Mutex
	text    bytes.Buffer
	started chan struct{} // closed at the banner; nil once it is
}

// banner is what CoreDNS prints when it has started: it listens by then. No other line
// that CoreDNS prints can look like it: those of zones end in a port, those of the log
// start with a level.
var banner = regexp.MustCompile(`(?m)^CoreDNS-\d+\.\d+\.\d+\n`)

func newOutput() *output { return &output{started: make(chan struct{})} }

func (o *output) Write(text []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if keep := min(len(text), maxOutput-o.text.Len()); keep > 0 {
		o.text.Write(text[:keep])
	}
	if o.started != nil && banner.Match(o.text.Bytes()) {
		close(o.started)
		o.started = nil
	}
	return len(text), nil
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}
