package controlplane

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
)

// ports are the listeners of a cluster, all on 127.0.0.1.
type ports struct {
	etcdClient, etcdPeer, apiServer, controllerManager, scheduler, kwok int
}

// Below the range from which Linux and others take ports for outgoing connections, so
// that no connection can sit on the port of a server that is being restarted.
const (
	lowestPort  = 20000
	highestPort = 32000
	portTries   = 1000
)

// freePorts chooses ports that nobody listens on.
func freePorts() (ports, error) {
	var p ports
	all := []*int{&p.etcdClient, &p.etcdPeer, &p.apiServer, &p.controllerManager, &p.scheduler, &p.kwok}
	addresses, err := freeAddresses(len(all))
	for i, address := range addresses {
		*all[i] = address.Port
	}
	return p, err
}

// FreeAddresses returns n loopback addresses, such as "127.0.0.1:20000", that nobody
// listens on.
func FreeAddresses(n int) ([]string, error) {
	addresses, err := freeAddresses(n)
	texts := make([]string, len(addresses))
	for i, address := range addresses {
		texts[i] = address.String()
	}
	return texts, err
}

func freeAddresses(n int) ([]*net.TCPAddr, error) {
	var addresses []*net.TCPAddr
	for range n {
		listener, err := listenAnywhere()
		if err != nil {
			return nil, err
		}
		defer listener.Close() // only now, so that no address is chosen twice
		addresses = append(addresses, listener.Addr().(*net.TCPAddr))
	}
	return addresses, nil
}

func listenAnywhere() (net.Listener, error) {
	var last error
	for range portTries {
		l, err := net.Listen("tcp", loopback(lowestPort+rand.IntN(highestPort-lowestPort)))
		if err == nil {
			return l, nil
		}
		last = err
	}
	return nil, errors.Join(fmt.Errorf("no free port between %d and %d", lowestPort, highestPort), last)
}

// loopback returns the address of a port of this machine.
func loopback(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }
