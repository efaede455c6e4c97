package serving_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"corewarden/e2e/harness"
	"corewarden/webhook"
)

// memoryLimit is the one of the container in deploy/base.
const memoryLimit = 256 << 20

// review is what anybody may send who reaches the port.
const review = `{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"1","operation":"CREATE","namespace":"kube-system","name":"dns-extra-configs","object":{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"dns-extra-configs","namespace":"kube-system"}}}}`

// standsIdleConnections opens 10,000 connections, of which those that are accepted send a
// review and are idle then.
func (i *installation) standsIdleConnections(t *testing.T) {
	const all = 10_000
	r := i.replicas[0]
	before := i.memory(t, r)
	var mu sync.Mutex
	var idle []net.Conn
	var clients sync.WaitGroup
	for range 64 {
		clients.Go(func() {
			for {
				conn, err := i.ask(t.Context(), r)
				mu.Lock()
				if idle = append(idle, conn); err != nil || len(idle) >= all {
					mu.Unlock()
					return
				}
				mu.Unlock()
			}
		})
	}
	clients.Wait()
	idle = slices.DeleteFunc(idle, func(conn net.Conn) bool { return conn == nil })
	t.Logf("%d connections: %.1f MiB, and %.1f MiB before", len(idle), i.memory(t, r), before)
	if len(idle) < 1000 {
		t.Errorf("only %d connections were accepted", len(idle))
	}

	waiting := dialMany(all-len(idle), r.Address())
	memory := i.memory(t, r)
	t.Logf("%d more that are not accepted: %.1f MiB", len(waiting), memory)
	if memory > memoryLimit>>20 {
		t.Errorf("it took %.1f MiB, more than the container may have", memory)
	}
	for _, conn := range append(idle, waiting...) {
		conn.Close()
	}
	harness.Eventually(t, "a review is answered again", func() error {
		conn, err := i.ask(t.Context(), r)
		if err == nil {
			conn.Close()
		}
		return err
	})
}

// dialMany returns as many connections to an address as come about within a second.
func dialMany(n int, address string) []net.Conn {
	conns := make([]net.Conn, n)
	var dials sync.WaitGroup
	for i := range conns {
		dials.Go(func() { conns[i], _ = net.DialTimeout("tcp", address, time.Second) })
	}
	dials.Wait()
	return slices.DeleteFunc(conns, func(conn net.Conn) bool { return conn == nil })
}

// ask connects to a replica and has it answer a review.
func (i *installation) ask(ctx context.Context, r *replica) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	dialer := tls.Dialer{Config: &tls.Config{RootCAs: i.ca.pool()}}
	conn, err := dialer.DialContext(ctx, "tcp", r.Address())
	if err != nil {
		return nil, err
	}
	if _, err := fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: webhook\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", webhook.ContentPath, len(review), review); err != nil {
		return nil, err
	}
	if _, err := conn.Read(make([]byte, 1)); err != nil {
		return nil, err
	}
	return conn, nil
}

// memory returns the resident memory of a replica, in MiB.
func (i *installation) memory(t *testing.T, r *replica) float64 {
	t.Helper()
	bytes, err := r.Metric(t.Context(), "process_resident_memory_bytes")
	check(t, err)
	return bytes / (1 << 20)
}

// standsLargeBodies sends reviews of 16 MiB, more at a time than are let in.
func (i *installation) standsLargeBodies(t *testing.T) {
	r := i.replicas[0]
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: i.ca.pool()}}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	var all sync.WaitGroup
	var mu sync.Mutex
	answers := map[string]int{}
	object := `"data":{"Corefile":"# ` + strings.Repeat(`\u003c`, 2_600_000) + `"},"metadata"`
	large := strings.Replace(review, `"metadata"`, object, 1)
	for range 32 {
		all.Go(func() {
			answer := ""
			response, err := client.Post("https://"+r.Address()+webhook.ContentPath, "application/json", strings.NewReader(large))
			if err != nil {
				answer = err.Error()
			} else {
				_, _ = io.Copy(io.Discard, response.Body)
				response.Body.Close()
				answer = response.Status
			}
			mu.Lock()
			defer mu.Unlock()
			answers[answer]++
		})
	}
	done := make(chan struct{})
	go func() {
		all.Wait()
		close(done)
	}()
	most := 0.0
	for tick := time.NewTicker(20 * time.Millisecond); ; {
		most = max(most, i.memory(t, r))
		select {
		case <-tick.C:
			continue
		case <-done:
		}
		break
	}
	t.Logf("at most %.1f MiB; the answers: %v", most, answers)
	if most > memoryLimit>>20 {
		t.Errorf("it took %.1f MiB, more than the container may have", most)
	}
}
