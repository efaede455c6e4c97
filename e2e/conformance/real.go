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

// A realServer asks a real server for its verdicts.
type realServer struct {
	binary string

	mu     sync.Mutex
	known  map[string]verdict
	record *os.File // nil: none is kept
	asked  int      // how often a server was started
}

func newRealServer(binary string) *realServer {
	return &realServer{binary: binary, known: map[string]verdict{}}
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
	if s.record == nil {
		return nil
	}
	return s.record.Close()
}

// verdict returns what the server makes of a case.
func (s *realServer) verdict(ctx context.Context, c cases.Case) (verdict, error) {
	return s.verdictAfter(ctx, c, 0)
}

// settledVerdict is the verdict after the server has run for a while: some plugins panic
// in what they do beside the start.
func (s *realServer) settledVerdict(ctx context.Context, c cases.Case) (verdict, error) {
	return s.verdictAfter(ctx, c, 3*time.Second)
}

func (s *realServer) verdictAfter(ctx context.Context, c cases.Case, grace time.Duration) (verdict, error) {
	sum := sha256.Sum256([]byte(c.Main() + c.String() + strings.Join(c.Interfaces(), " ")))
	id := hex.EncodeToString(sum[:12])
	s.mu.Lock()
	v, found := s.known[id]
	s.mu.Unlock()
	if found && (!v.Started || v.Settled || grace == 0) {
		return v, nil
	}
	v, err := ask(ctx, s.binary, c, grace)
	if err != nil {
		return v, fmt.Errorf("%w\non the case\n%s", err, c)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
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

// ask starts a server on a case and lets it run for the time of grace.
func ask(ctx context.Context, binary string, c cases.Case, grace time.Duration) (_ verdict, err error) {
	limited, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	server, err := dnsserver.Start(limited, binary, dnsserver.Configuration{Main: c.Main(), Files: c.Files, Env: c.Env, Interfaces: c.Interfaces()})
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
