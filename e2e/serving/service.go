// Package serving puts the webhooks under load while their processes come and go.
package serving

import (
	"io"
	"net"
	"slices"
	"sync"
)

// A Service stands for a Service of type ClusterIP: new connections go to its endpoints by
// turns, and those that are open stay where they are, whatever becomes of the endpoint.
type Service struct {
	listener net.Listener

	mu        sync.Mutex
	endpoints []string
	turn      int
	open      map[string]int // connections by endpoint
}

// NewService returns a service without endpoints on a port of the loopback interface.
func NewService() (*Service, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &Service{listener: listener, open: map[string]int{}}
	go s.accept()
	return s, nil
}

// Address is where the service listens.
func (s *Service) Address() string { return s.listener.Addr().String() }

// Close takes no more connections. Those that are open stay.
func (s *Service) Close() error { return s.listener.Close() }

// Add has the endpoint at an address get new connections.
func (s *Service) Add(address string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Contains(s.endpoints, address) {
		s.endpoints = append(s.endpoints, address)
	}
}

// Has tells whether the endpoint at an address gets new connections.
func (s *Service) Has(address string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Contains(s.endpoints, address)
}

// Remove has the endpoint at an address get no more connections.
func (s *Service) Remove(address string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.endpoints = slices.DeleteFunc(s.endpoints, func(a string) bool { return a == address })
}

func (s *Service) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return // it is closed
		}
		go s.connect(conn.(*net.TCPConn))
	}
}

func (s *Service) connect(client *net.TCPConn) {
	defer client.Close()
	address := s.next()
	s.count(address, +1)
	defer s.count(address, -1)
	conn, err := net.Dial("tcp", address)
	if err != nil {
		_ = client.SetLinger(0) // a reset, as for a connection that is refused
		return
	}
	endpoint := conn.(*net.TCPConn)
	defer endpoint.Close()
	var both sync.WaitGroup
	both.Go(func() { forward(endpoint, client) })
	both.Go(func() { forward(client, endpoint) })
	both.Wait()
}

// forward ends as the connection from ends: in order, or with a reset.
func forward(to, from *net.TCPConn) {
	if _, err := io.Copy(to, from); err != nil {
		_ = to.SetLinger(0)
		_ = to.Close()
		return
	}
	_ = to.CloseWrite()
}

// next returns whose turn it is, or an address at which nobody is.
func (s *Service) next() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.endpoints) == 0 {
		return "127.0.0.1:1"
	}
	s.turn++
	return s.endpoints[s.turn%len(s.endpoints)]
}

func (s *Service) count(address string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open[address] += n
}

// Connections returns how many connections to an endpoint are open.
func (s *Service) Connections(address string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open[address]
}
