package nodecache

import (
	"bytes"
	"os"
	"os/exec"
	"slices"
	"sync"
	"testing"
	"time"

	"corewarden/e2e/process"
)

// A standIn is node-cache-stand-in, started on a node.
type standIn struct {
	child *process.Child

	mu  sync.Mutex
	out bytes.Buffer
}

func (p *standIn) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.Write(text)
}

func (p *standIn) output() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.String()
}

// start starts it as the kubelet does: the Service's address is in the environment.
func (n *node) start(t *testing.T, flags ...string) *standIn {
	t.Helper()
	p := new(standIn)
	cmd := exec.Command(n.binary, append(n.args(), flags...)...)
	cmd.Dir = n.dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "KUBE_DNS_UPSTREAM_SERVICE_HOST=" + upstream}
	cmd.Stdout, cmd.Stderr = p, p
	var err error
	if p.child, err = process.StartOn(cmd, n.network.Do); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.child.Kill(); err != nil {
			t.Error(err)
		}
	})
	return p
}

func (p *standIn) signal(t *testing.T, signal os.Signal) {
	t.Helper()
	if err := p.child.Signal(signal); err != nil {
		t.Fatal(err)
	}
}

// wait waits for it to end with the exit code.
func (p *standIn) wait(t *testing.T, code int) {
	t.Helper()
	select {
	case <-p.child.Done():
	case <-time.After(patience):
		t.Fatalf("node-cache-stand-in does not end\n%s", p.output())
	}
	if got := p.child.State().ExitCode(); got != code {
		t.Fatalf("node-cache-stand-in ended with exit code %d, want %d\n%s", got, code, p.output())
	}
}

// eventually waits until there is no error any more, while the process runs.
func (n *node) eventually(t *testing.T, p *standIn, try func() error) {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	timeout := time.After(patience)
	for {
		err := try()
		if err == nil {
			return
		}
		select {
		case <-tick.C:
		case <-p.child.Done():
			t.Fatalf("node-cache-stand-in ended: %s\n%s", p.child.State(), p.output())
		case <-timeout:
			t.Fatalf("%v\n%s", err, p.output())
		}
	}
}

func TestFlags(t *testing.T) {
	t.Parallel()
	n := newNode(t)
	for _, tt := range []struct {
		name string
		flag string
		want string // in what it says
	}{
		{"a flag that it does not have", "-setupebtables", "flag provided but not defined: -setupebtables"},
		{"help says what it is", "-help", "stands in for node-cache 1.26.7"},
		{"an address that is none", "-localip=kube-dns", `-localip: "kube-dns" is not an IP address`},
		{"addresses of two families", "-localip=169.254.20.10,fd00::10", "-localip: the addresses are of IPv4 and of IPv6"},
		{"a port that is none", "-health-port=http", `-health-port: "http" is not a port`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := n.start(t, tt.flag)
			<-p.child.Done()
			if !bytes.Contains(p.out.Bytes(), []byte(tt.want)) {
				t.Errorf("it says\n%s\nwant %q", p.output(), tt.want)
			}
			if code := p.child.State().ExitCode(); !slices.Contains([]int{0, 1, 2}, code) || (code == 0) != (tt.flag == "-help") {
				t.Errorf("the exit code is %d", code)
			}
		})
	}
}
