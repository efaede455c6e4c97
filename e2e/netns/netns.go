// Package netns gives tests networks of their own.
package netns

import (
	"errors"
	"io/fs"
	"runtime"
)

// A Network is what programs listen on. Where the system lets us, that is a network
// namespace which holds nothing but a loopback interface: any number of servers can then
// listen on port 53 side by side, nobody else can reach them, and they reach nobody.
//
// The kernel keeps a namespace per thread, so that a network is a thread that has entered
// a new one: a program started there and a socket opened there belong to it. That takes
// no helper program and no second copy of the test binary, but it takes the right to make
// namespaces (CAP_SYS_ADMIN), which root has, and so has whoever runs the tests with
// "unshare --user --map-root-user". For all others, and on other systems than Linux, the
// network is that of the machine.
type Network struct {
	work     chan func()
	isolated bool
}

// New makes a network. Leave ends it.
func New() (*Network, error) {
	n := &Network{work: make(chan func())}
	entered := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread and its namespace go with this goroutine
		entered <- enterNew()
		for f := range n.work {
			f()
		}
	}()
	switch err := <-entered; {
	case err == nil:
		n.isolated = true
	case !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, fs.ErrPermission):
		n.Leave()
		return nil, err
	}
	return n, nil
}

// Isolated reports whether the network is another than the machine's.
func (n *Network) Isolated() bool { return n.isolated }

// Do runs f in the network and waits for it.
func (n *Network) Do(f func()) {
	done := make(chan struct{})
	n.work <- func() { defer close(done); f() }
	<-done
}

// Leave ends the thread. A program that it has started has to have ended before.
func (n *Network) Leave() { close(n.work) }
