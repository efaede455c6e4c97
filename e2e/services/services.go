// Package services lets a control plane without a pod network reach Services. The API server
// asks for a connection to a Service's address as it asks Konnectivity, and gets one to a
// process on this machine, for as long as the Service has a ready endpoint.
package services

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// lookupTimeout is for finding out where a connection goes.
const lookupTimeout = 5 * time.Second

// A Proxy connects the API server with Services.
type Proxy struct {
	dir      string
	listener net.Listener

	mu       sync.Mutex
	api      kubernetes.Interface
	backends map[string]string // address by the Service's namespace/name
	open     map[net.Conn]bool // to backends
}

// Listen starts a proxy on a new Unix socket. Until Serve it refuses every connection.
func Listen() (*Proxy, error) {
	dir, err := os.MkdirTemp("", "corewarden-services-") // a socket's path must be short
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("unix", filepath.Join(dir, "socket"))
	if err != nil {
		return nil, err
	}
	p := &Proxy{dir: dir, listener: listener, backends: map[string]string{}, open: map[net.Conn]bool{}}
	go p.accept()
	return p, nil
}

// Socket returns the path that controlplane.Options.Tunnel takes.
func (p *Proxy) Socket() string { return p.listener.Addr().String() }

// Serve has connections to a Service of the cluster, such as corewarden/corewarden-webhook,
// go to an address.
func (p *Proxy) Serve(config *rest.Config, service, address string) error {
	api, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.api, p.backends[service] = api, address
	return nil
}

// Disconnect closes every connection to a Service. The API server keeps those that it has,
// whatever becomes of the Service.
func (p *Proxy) Disconnect() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for conn := range p.open {
		_ = conn.Close() // as its copying says, too
	}
}

// Close stops listening. Open connections stay.
func (p *Proxy) Close() error {
	return errors.Join(p.listener.Close(), os.RemoveAll(p.dir))
}

func (p *Proxy) accept() {
	for {
		conn, err := p.listener.Accept()
		if err != nil {
			return // it is closed
		}
		go p.handle(conn)
	}
}

// handle answers one CONNECT and copies from then on.
func (p *Proxy) handle(conn net.Conn) {
	defer conn.Close()
	request, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil || request.Method != http.MethodConnect {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), lookupTimeout)
	defer cancel()
	backend, err := p.dial(ctx, request.RequestURI)
	if err != nil {
		fmt.Fprintf(conn, "HTTP/1.1 503 %s\r\n\r\n", err)
		return
	}
	p.keep(backend, true)
	defer p.keep(backend, false)
	defer backend.Close()
	fmt.Fprint(conn, "HTTP/1.1 200 OK\r\n\r\n")
	ended := make(chan struct{}, 2)
	for from, to := range map[net.Conn]net.Conn{conn: backend, backend: conn} {
		go func() {
			_, _ = io.Copy(to, from) // either end may go at any time
			ended <- struct{}{}
		}()
	}
	<-ended
}

// keep notes whether a connection is open.
func (p *Proxy) keep(conn net.Conn, open bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if open {
		p.open[conn] = true
	} else {
		delete(p.open, conn)
	}
}

// dial connects to the process behind a Service's address, such as 10.240.16.77:443.
func (p *Proxy) dial(ctx context.Context, address string) (net.Conn, error) {
	p.mu.Lock()
	api := p.api
	p.mu.Unlock()
	if api == nil {
		return nil, errors.New("no service is served yet")
	}
	ip, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	services, err := api.CoreV1().Services(metav1.NamespaceAll).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	for _, service := range services.Items {
		if service.Spec.ClusterIP != ip {
			continue
		}
		if err := hasReadyEndpoint(ctx, api, service); err != nil {
			return nil, err
		}
		p.mu.Lock()
		backend := p.backends[service.Namespace+"/"+service.Name]
		p.mu.Unlock()
		return (&net.Dialer{}).DialContext(ctx, "tcp", backend)
	}
	return nil, fmt.Errorf("no service has the address %s", ip)
}

func hasReadyEndpoint(ctx context.Context, api kubernetes.Interface, service corev1.Service) error {
	slices, err := api.DiscoveryV1().EndpointSlices(service.Namespace).List(ctx, metav1.ListOptions{
		LabelSelector: discoveryv1.LabelServiceName + "=" + service.Name,
	})
	if err != nil {
		return err
	}
	for _, slice := range slices.Items {
		for _, endpoint := range slice.Endpoints {
			if ready := endpoint.Conditions.Ready; ready == nil || *ready {
				return nil
			}
		}
	}
	return fmt.Errorf("no ready endpoint of service %s", service.Name)
}
