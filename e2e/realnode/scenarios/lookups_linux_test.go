package scenarios

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/miekg/dns"

	"corewarden/e2e/realnode"
)

// rate is how many lookups a stream makes a second. Nine streams with 100 each take as much of
// a machine of two cores as three nodes do, so that by default they make fewer.
var rate = flag.Int("lookups.rate", 25, "lookups a second of each stream of TestLookupsDuringRollout")

// A stream looks names up at a steady rate, each once: no second try hides a loss.
type stream struct {
	from    *realnode.Place
	network string // "udp" or "tcp"
	server  string // "169.254.20.10:53"

	mu   sync.Mutex
	done []lookup
}

// A lookup is one that was made, and why it failed, if so.
type lookup struct {
	at  time.Time
	err error
}

// run makes lookups until the context is done. Those under way then may finish.
func (s *stream) run(ctx context.Context) {
	tick := time.NewTicker(time.Second / time.Duration(*rate))
	defer tick.Stop()
	var underway sync.WaitGroup
	defer underway.Wait()
	for i := 0; ; i++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		underway.Go(func() {
			made := lookup{at: time.Now()}
			made.err = s.look(context.WithoutCancel(ctx), i)
			s.mu.Lock()
			defer s.mu.Unlock()
			s.done = append(s.done, made)
		})
	}
}

// look asks for a name that there is and that every cache has, or for one that there is
// not and that only CoreDNS knows of.
func (s *stream) look(ctx context.Context, i int) error {
	name, want := inCluster, dns.RcodeSuccess
	if i%2 == 1 {
		name, want = fmt.Sprintf("r%x.default.svc.cluster.local.", rand.Uint32()), dns.RcodeNameError
	}
	reply, err := s.from.Lookup(ctx, s.network, s.server, name, dns.TypeA)
	if err != nil {
		return err
	}
	if reply.Rcode != want {
		return errors.New(dns.RcodeToString[reply.Rcode])
	}
	return nil
}

func (s *stream) String() string {
	return fmt.Sprintf("%s over %s from %s", s.server, s.network, s.from)
}

// count returns how many lookups there have been.
func (s *stream) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.done)
}

// lost returns the lookups that failed, in the order in which they began.
func (s *stream) lost() []lookup {
	s.mu.Lock()
	defer s.mu.Unlock()
	var lost []lookup
	for _, l := range s.done {
		if l.err != nil {
			lost = append(lost, l)
		}
	}
	slices.SortFunc(lost, func(a, b lookup) int { return a.at.Compare(b.at) })
	return lost
}

// An outage is a time in which lookups fail.
type outage struct{ from, to time.Time }

func (o outage) length() time.Duration { return o.to.Sub(o.from) }

// overlap reports whether two have outages at the same time.
func overlap(a, b []outage) bool {
	return slices.ContainsFunc(a, func(a outage) bool {
		return slices.ContainsFunc(b, func(b outage) bool { return a.from.Before(b.to) && b.from.Before(a.to) })
	})
}

// outages returns those of a stream. Losses less than a second apart belong together.
func (s *stream) outages() []outage {
	var all []outage
	for _, l := range s.lost() {
		if last := len(all) - 1; last >= 0 && l.at.Sub(all[last].to) < time.Second {
			all[last].to = l.at
		} else {
			all = append(all, outage{l.at, l.at})
		}
	}
	return all
}

// report says what happened to a stream, for a person.
func (s *stream) report() string {
	lost := s.lost()
	text := fmt.Sprintf("%s: %d of %d lookups lost", s, len(lost), s.count())
	why := make(map[string]int)
	for _, l := range lost {
		why[l.err.Error()[strings.LastIndex(l.err.Error(), ":")+1:]]++
	}
	for _, o := range s.outages() {
		text += fmt.Sprintf(", %s for %d ms", o.from.Format("15:04:05.000"), o.length().Milliseconds())
	}
	if len(why) > 0 {
		text += fmt.Sprint(" ", why)
	}
	return text
}

// more returns what reports whether each stream has made as many lookups more.
func more(streams []*stream, n int) func() error {
	before := make([]int, len(streams))
	for i, s := range streams {
		before[i] = s.count()
	}
	return func() error {
		for i, s := range streams {
			if got := s.count() - before[i]; got < n {
				return fmt.Errorf("%s: %d", s, got)
			}
		}
		return nil
	}
}
