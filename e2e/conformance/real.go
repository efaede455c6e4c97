package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"corewarden/e2e/conformance/cases"
	"corewarden/e2e/dnsserver"
)

// patience is how long a server may take to start or to end. That takes 30 ms, or a second
// where the machine is busy, but one that waits for a cluster's API gives up after 5 s.
const patience = 10 * time.Second

// askedTwice is one in how many cases is asked in a batch and alone.
const askedTwice = 32

// A realServer asks a real server for its verdicts.
type realServer struct {
	binary string
	batch  string // its binary that starts many servers in one process

	mu      sync.Mutex
	known   map[string]verdict
	record  *os.File           // nil: none is kept
	batches []*dnsserver.Batch // those that are not in use
	counts  counts
}

// counts are how often servers were started.
type counts struct{ alone, batched, twice int }

func newRealServer(binary, batch string) *realServer {
	return &realServer{binary: binary, batch: batch, known: map[string]verdict{}}
}

// An entry is a line of a record.
type entry struct {
	Case string
	verdict
}

// keepRecord reads the verdicts that earlier runs noted, and notes the new ones: a binary
// does not change its mind, so that a run that is repeated to see the effect of a change
// of ours takes seconds. With fresh the earlier ones are forgotten.
func (s *realServer) keepRecord(fresh bool) error {
	flags := os.O_RDWR | os.O_CREATE | os.O_APPEND
	if fresh {
		flags |= os.O_TRUNC
	}
	record, err := os.OpenFile(s.binary+".verdicts", flags, 0o600)
	if err != nil {
		return err
	}
	s.record = record
	for lines := bufio.NewReader(record); ; {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) { // what is left of a line is from a run that was killed
			return nil
		}
		if err != nil {
			return err
		}
		var e entry
		if json.Unmarshal(line, &e) == nil && !e.Waits {
			s.known[e.Case] = e.verdict
		}
	}
}

func (s *realServer) close() error {
	s.stopBatches()
	if s.record == nil {
		return nil
	}
	return s.record.Close()
}

// verdict returns what the server makes of a case: mostly that of a batch, which counts only
// while we agree.
func (s *realServer) verdict(ctx context.Context, c cases.Case) (verdict, error) {
	return s.verdictAfter(ctx, c, 0)
}

// settledVerdict is the verdict of the server by itself, after it has run for a while: some
// plugins panic in what they do beside the start. A server that waited is started once more:
// the machine may have been busy.
func (s *realServer) settledVerdict(ctx context.Context, c cases.Case) (verdict, error) {
	return s.verdictAfter(ctx, c, 3*time.Second)
}

func (s *realServer) verdictAfter(ctx context.Context, c cases.Case, grace time.Duration) (verdict, error) {
	supplied := strings.Join(c.Interfaces(), " ")
	if files := c.Beside(); len(files) > 0 {
		supplied += fmt.Sprint(files)
	}
	sum := sha256.Sum256([]byte(c.Main() + c.String() + supplied))
	id := hex.EncodeToString(sum[:12])
	s.mu.Lock()
	v, found := s.known[id]
	s.mu.Unlock()
	if found && (grace == 0 || !v.Batch && !v.Waits && (!v.Started || v.Settled)) {
		return v, nil
	}
	v, err := s.ask(ctx, c, grace, sum[0] < 256/askedTwice)
	if err != nil {
		return v, fmt.Errorf("%w\non the case\n%s", err, c)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known[id] = v
	if s.record == nil || v.Waits { // which it may have done because the machine was busy
		return v, nil
	}
	line, err := json.Marshal(entry{id, v})
	if err != nil {
		return v, err
	}
	_, err = s.record.Write(append(line, '\n'))
	return v, err
}

// ask asks a batch where that can tell, and otherwise a server by itself. With twice it asks
// both, which must agree.
func (s *realServer) ask(ctx context.Context, c cases.Case, grace time.Duration, twice bool) (verdict, error) {
	var batched verdict
	known := false
	if grace == 0 {
		var err error
		if batched, known, err = s.askBatch(c); err != nil || known && !twice {
			return batched, err
		}
	}
	s.count(&s.counts.alone)
	v, err := ask(ctx, s.binary, c, grace)
	if err != nil || !known {
		return v, err
	}
	s.count(&s.counts.twice)
	if !v.Waits && (v.Started != batched.Started || v.dependsOnMachine() != batched.dependsOnMachine()) {
		return v, fmt.Errorf("in a batch the server %s, by itself it %s", batched, v)
	}
	return v, nil
}

func (s *realServer) askBatch(c cases.Case) (v verdict, known bool, err error) {
	b := s.takeBatch()
	defer s.putBack(b)
	known, err = b.Check(configuration(c))
	if known {
		s.count(&s.counts.batched)
	}
	if refusal, ok := errors.AsType[*dnsserver.Refusal](err); ok {
		return verdict{Text: refusal.Text, Batch: true}, known, nil
	}
	return verdict{Started: known, Batch: true}, known, err
}

func (s *realServer) takeBatch() *dnsserver.Batch {
	s.mu.Lock()
	defer s.mu.Unlock()
	last := len(s.batches) - 1
	if last < 0 {
		return dnsserver.NewBatch(s.batch)
	}
	b := s.batches[last]
	s.batches = s.batches[:last]
	return b
}

func (s *realServer) putBack(b *dnsserver.Batch) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.batches = append(s.batches, b)
}

// stopBatches ends those that are not in use.
func (s *realServer) stopBatches() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range s.batches {
		b.Stop()
	}
	s.batches = nil
}

func (s *realServer) count(n *int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	*n++
}

func configuration(c cases.Case) dnsserver.Configuration {
	return dnsserver.Configuration{Main: c.Main(), Files: c.Files, Beside: c.Beside(), Env: c.Env, Interfaces: c.Interfaces()}
}

// ask starts a server on a case and lets it run for the time of grace.
func ask(ctx context.Context, binary string, c cases.Case, grace time.Duration) (_ verdict, err error) {
	limited, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	server, err := dnsserver.Start(limited, binary, configuration(c))
	if err == nil {
		defer func() { err = errors.Join(err, server.Stop()) }()
		running, cancel := context.WithTimeout(ctx, grace)
		defer cancel()
		err = server.Wait(running)
	}
	var refusal *dnsserver.Refusal
	switch {
	case ctx.Err() != nil:
		return verdict{}, ctx.Err()
	case err == nil:
		return verdict{Started: true, Settled: grace > 0}, nil
	case errors.As(err, &refusal) && refusal.ExitCode == 0: // it took a case that serves nothing
		return verdict{Started: true, Settled: true}, nil
	case errors.As(err, &refusal):
		return verdict{Text: refusal.Text}, nil
	case errors.Is(err, context.DeadlineExceeded):
		return verdict{Waits: true, Text: lastLine(err.Error())}, nil
	}
	return verdict{}, fmt.Errorf("%s: %w", filepath.Base(binary), err)
}

func lastLine(text string) string {
	text = strings.TrimSpace(text)
	return text[strings.LastIndexByte(text, '\n')+1:]
}
