package nodecache

import (
	"bytes"
	"os"
	"os/exec"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"
)

// A process is node-cache-stand-in, started on a node.
type process struct {
	cmd   *exec.Cmd
	ended chan struct{} // closed when it has ended

	mu  sync.Mutex
	out bytes.Buffer
}

func (p *process) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.Write(text)
}

func (p *process) output() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.String()
}

// start starts it as the kubelet does: the Service's address is in the environment.
func (n *node) start(t *testing.T, flags ...string) *process {
	t.Helper()
	p := &process{cmd: exec.Command(n.binary, append(n.args(), flags...)...), ended: make(chan struct{})}
	p.cmd.Dir = n.dir
	p.cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "KUBE_DNS_UPSTREAM_SERVICE_HOST=" + upstream}
	p.cmd.Stdout, p.cmd.Stderr = p, p
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var err error
	n.network.Do(func() { err = p.cmd.Start() })
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.ended)
		_ = p.cmd.Wait() // the state says all
	}()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		<-p.ended
	})
	return p
}

func (p *process) signal(t *testing.T, signal os.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
}

// wait waits for it to end with the exit code.
func (p *process) wait(t *testing.T, code int) {
	t.Helper()
	select {
	case <-p.ended:
	case <-time.After(patience):
		t.Fatalf("node-cache-stand-in does not end\n%s", p.output())
	}
	if got := p.cmd.ProcessState.ExitCode(); got != code {
		t.Fatalf("node-cache-stand-in ended with exit code %d, want %d\n%s", got, code, p.output())
	}
}

// eventually waits until there is no error any more, while the process runs.
func (n *node) eventually(t *testing.T, p *process, try func() error) {
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
		case <-p.ended:
			t.Fatalf("node-cache-stand-in ended: %s\n%s", p.cmd.ProcessState, p.output())
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
			<-p.ended
			if !bytes.Contains(p.out.Bytes(), []byte(tt.want)) {
				t.Errorf("it says\n%s\nwant %q", p.output(), tt.want)
			}
			if code := p.cmd.ProcessState.ExitCode(); !slices.Contains([]int{0, 1, 2}, code) || (code == 0) != (tt.flag == "-help") {
				t.Errorf("the exit code is %d", code)
			}
		})
	}
}
