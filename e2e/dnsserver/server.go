// Package dnsserver runs a real CoreDNS or node-cache on a configuration, laid out as in
// a pod, and tells whether it starts. It is made for thousands of configurations: no wait
// is longer than the server needs, and any number of servers run side by side.
package dnsserver

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"time"

	"github.com/miekg/dns"

	"corewarden/e2e/netns"
	"corewarden/e2e/process"
)

const (
	// queryTimeout is far more than an answer over loopback takes on a busy machine.
	queryTimeout = 10 * time.Second
	// outputGrace is how long the output of a server that has ended is waited for, in
	// case that a program it has started (plugin "on") holds it open.
	outputGrace = time.Second
)

// A Server is a running DNS server.
type Server struct {
	dir     string
	network *netns.Network
	guest   bool // the network is another server's
	stdout  *output
	stderr  *output
	child   *process.Child // nil when it did not start
}

// A Refusal is the error of a server that ended instead of starting.
type Refusal struct {
	// ExitCode is 1 where the server says why, and 2 where it panics.
	ExitCode int
	// Text is what the server says, with the paths as in a pod.
	Text string
}

func (r *Refusal) Error() string {
	return fmt.Sprintf("the server ended with exit code %d: %s", r.ExitCode, r.Text)
}

var listenFailure = regexp.MustCompile(`listen (tcp|udp) \S+: bind: (address already in use|cannot assign requested address|permission denied)`)

// CannotListen reports whether the server took the configuration but could not listen
// where that says, which is up to the machine.
func (r *Refusal) CannotListen() bool { return listenFailure.MatchString(r.Text) }

// Start starts the server in a binary on a configuration. It returns when the server
// answers queries, or a *Refusal. The context is for starting only: the server runs until
// Stop, or until this process ends.
func Start(ctx context.Context, binary string, conf Configuration) (*Server, error) {
	network, err := NewNetwork(conf.Interfaces...)
	if err != nil {
		return nil, err
	}
	return start(ctx, binary, conf, &Server{network: network})
}

// StartBeside is Start for a server in the network of this one, which is to be stopped after
// it.
func (s *Server) StartBeside(ctx context.Context, binary string, conf Configuration) (*Server, error) {
	return StartIn(ctx, s.network, binary, conf)
}

// StartIn is Start for a server in a network that is there, and stays when it is stopped.
func StartIn(ctx context.Context, network *netns.Network, binary string, conf Configuration) (*Server, error) {
	return start(ctx, binary, conf, &Server{network: network, guest: true})
}

func start(ctx context.Context, binary string, conf Configuration, s *Server) (_ *Server, err error) {
	s.stdout, s.stderr = newOutput(), newOutput()
	if s.dir, err = conf.layOut(); err != nil {
		s.leave()
		return nil, err
	}
	started := s.stdout.started
	if err := s.launch(binary, conf.Env); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	select {
	case <-started:
		return s, nil
	case <-s.child.Done():
		err = s.refusal()
	case <-ctx.Done():
		err = fmt.Errorf("waiting for the server to start: %w\n%s", ctx.Err(), s.Output())
	}
	return nil, errors.Join(err, s.Stop())
}

// Check starts the server in a binary on a configuration and ends it again. It returns
// nil if the server started, and a *Refusal if it did not.
func Check(ctx context.Context, binary string, conf Configuration) error {
	s, err := Start(ctx, binary, conf)
	if err != nil {
		return err
	}
	return s.Stop()
}

func (s *Server) launch(binary string, env map[string]string) (err error) {
	cmd := exec.Command(binary, "-conf", mainCorefile(s.dir))
	cmd.Dir = s.dir
	for name, value := range environment(env, s.dir) {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	cmd.Stdout, cmd.Stderr = s.stdout, s.stderr
	cmd.WaitDelay = outputGrace
	s.child, err = process.StartOn(cmd, s.network.Do)
	return err
}

// refusal returns why the server has ended.
func (s *Server) refusal() error {
	state := s.child.State()
	code := state.ExitCode()
	if code < 0 { // somebody killed it
		return fmt.Errorf("the server did not start: %s\n%s", state, s.Output())
	}
	return &Refusal{
		ExitCode: code,
		Text:     strings.ReplaceAll(strings.TrimSpace(s.stderr.String()), s.dir, podDir),
	}
}

// Output returns what the server has printed so far, the errors last.
func (s *Server) Output() string { return s.stdout.String() + s.stderr.String() }

// Query asks the server for the records of a type, such as dns.TypeA, that a name has.
// The address is one that the server listens on, such as "127.0.0.1:53".
func (s *Server) Query(ctx context.Context, address, name string, recordType uint16) (*dns.Msg, error) {
	client := &dns.Client{Timeout: queryTimeout}
	var conn *dns.Conn
	var err error
	s.network.Do(func() { conn, err = client.DialContext(ctx, address) })
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	question := new(dns.Msg).SetQuestion(dns.Fqdn(name), recordType)
	answer, _, err := client.ExchangeWithConnContext(ctx, question, conn)
	if err != nil {
		return nil, fmt.Errorf("ask %s for %s: %w\n%s", address, name, err, s.Output())
	}
	return answer, nil
}

// Wait waits for the server to end by itself and returns its *Refusal, or nil if it still
// runs when the context is done.
func (s *Server) Wait(ctx context.Context) error {
	select {
	case <-s.child.Done():
		return s.refusal()
	case <-ctx.Done():
		return nil
	}
}

// Stop ends the server and removes all that it was given. It kills, as a server that ends
// well takes its time.
func (s *Server) Stop() error {
	if s.child != nil {
		if err := s.child.Kill(); err != nil {
			return fmt.Errorf("end the server: %w", err)
		}
	}
	s.leave()
	return os.RemoveAll(s.dir)
}

func (s *Server) leave() {
	if !s.guest {
		s.network.Leave()
	}
}

// Do runs f in the network of the server, to listen or to dial there.
func (s *Server) Do(f func()) { s.network.Do(f) }
