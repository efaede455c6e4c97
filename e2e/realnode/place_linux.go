package realnode

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"github.com/miekg/dns"
	"golang.org/x/sys/unix"
)

// lookupTimeout is for one try, of which there is one: a test counts those that are lost.
const lookupTimeout = 2 * time.Second

// A Place is where a node or a pod is: namespaces to do something in. Its methods may be
// called from several goroutines.
type Place struct {
	name       string
	namespaces []namespace
}

type namespace struct {
	file *os.File // keeps the namespace alive
	kind int
}

// newPlace remembers namespaces of a process or thread, such as "/proc/1", by their kinds.
func newPlace(name, proc string, kinds ...string) (*Place, error) {
	flags := map[string]int{"net": unix.CLONE_NEWNET, "mnt": unix.CLONE_NEWNS, "uts": unix.CLONE_NEWUTS}
	p := &Place{name: name}
	for _, kind := range kinds {
		file, err := os.Open(proc + "/ns/" + kind)
		if err != nil {
			p.close()
			return nil, err
		}
		p.namespaces = append(p.namespaces, namespace{file, flags[kind]})
	}
	return p, nil
}

func (p *Place) close() {
	for _, ns := range p.namespaces {
		ns.file.Close()
	}
}

// String returns the name of the node or pod.
func (p *Place) String() string { return p.name }

// enter moves the calling thread, for good.
func (p *Place) enter() error {
	// Another mount namespace is only for those that share no working directory.
	if err := unix.Unshare(unix.CLONE_FS); err != nil {
		return err
	}
	for _, ns := range p.namespaces {
		if err := unix.Setns(int(ns.file.Fd()), ns.kind); err != nil {
			return fmt.Errorf("enter %s: %w", p.name, err)
		}
	}
	return nil
}

// onThread calls f in a goroutine with a thread of its own that goes with it, so that
// nobody else runs on a thread that f has moved elsewhere.
func onThread(f func() error) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread()
		done <- f()
	}()
	return <-done
}

// Do calls f on a thread that is in the place. What it starts stays there: processes, and
// sockets that f itself opens.
func (p *Place) Do(f func() error) error {
	return onThread(func() error {
		if err := p.enter(); err != nil {
			return err
		}
		return f()
	})
}

// Run runs a command and returns all that it prints. A failure's error has that as well.
func (p *Place) Run(ctx context.Context, name string, args ...string) (string, error) {
	var out []byte
	err := p.Do(func() (err error) {
		out, err = exec.CommandContext(ctx, name, args...).CombinedOutput()
		return err
	})
	if err != nil {
		err = fmt.Errorf("%s: %s %s: %w\n%s", p.name, name, strings.Join(args, " "), err, out)
	}
	return string(out), err
}

// DialContext connects to an address, which has to have an IP and not a name.
func (p *Place) DialContext(ctx context.Context, network, address string) (conn net.Conn, err error) {
	err = p.Do(func() (err error) {
		conn, err = new(net.Dialer).DialContext(ctx, network, address)
		return err
	})
	return conn, err
}

// Lookup asks a DNS server, such as "169.254.20.10:53", over network "udp" or "tcp", once
// and for two seconds.
func (p *Place) Lookup(ctx context.Context, network, server, name string, kind uint16) (*dns.Msg, error) {
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	conn, err := p.DialContext(ctx, network, server)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	query := new(dns.Msg).SetQuestion(dns.Fqdn(name), kind)
	reply, _, err := new(dns.Client).ExchangeWithConnContext(ctx, query, &dns.Conn{Conn: conn})
	return reply, err
}
