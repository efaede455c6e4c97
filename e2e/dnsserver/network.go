package dnsserver

import (
	"errors"
	"io/fs"
	"runtime"
)

// LinkLocal is the address of node-local-dns. A network of a server's own has it.
const LinkLocal = "169.254.20.10"

// A network is what a server listens on. Where the system lets us, that is a network
// namespace which holds nothing but a loopback interface: any number of servers can then
// listen on port 53 side by side, nobody else can reach them, and they reach nobody.
//
// The kernel keeps a namespace per thread, so that a network is a thread that has entered
// a new one: a program started there and a socket opened there belong to it. That takes
// no helper program and no second copy of the test binary, but it takes the right to make
// namespaces (CAP_SYS_ADMIN), which root has, and so has whoever runs the tests with
// "unshare --user --map-root-user". For all others, and on other systems than Linux, the
// network is that of the machine.
type network struct {
	work     chan func()
	isolated bool
}

func newNetwork() (*network, error) {
	n := &network{work: make(chan func())}
	entered := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread and its namespace go with this goroutine
		entered <- enterNewNetwork()
		for f := range n.work {
			f()
		}
	}()
	switch err := <-entered; {
	case err == nil:
		n.isolated = true
	case !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, fs.ErrPermission):
		n.leave()
		return nil, err
	}
	return n, nil
}

// do runs f in the network and waits for it.
func (n *network) do(f func()) {
	done := make(chan struct{})
	n.work <- func() { defer close(done); f() }
	<-done
}

// leave ends the thread. A program that it has started has to have ended before.
func (n *network) leave() { close(n.work) }

// Isolated reports whether servers get networks of their own here. Where they do not, one
// that listens on the ports of a pod will not start beside others, nor without the right
// to: see Refusal.CannotListen.
func Isolated() bool {
	n, err := newNetwork()
	if err != nil {
		return false
	}
	defer n.leave()
	return n.isolated
}
