package render

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// newRenderer returns one for a base and the keys of the ConfigMap kube-dns.
func newRenderer(t *testing.T, base string, kubeDNS map[string]string) *Renderer {
	t.Helper()
	dir := t.TempDir()
	r := &Renderer{
		Base:     filepath.Join(dir, "Corefile.base"),
		KubeDNS:  filepath.Join(dir, "kube-dns"),
		Corefile: filepath.Join(dir, "Corefile"),
		LocalIPs: []string{"169.254.20.10", "10.240.16.10"},
		Port:     "53",
		Upstream: "10.240.20.1",
	}
	write(t, r.Base, base)
	for key, text := range kubeDNS {
		write(t, filepath.Join(r.KubeDNS, key), text)
	}
	return r
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (r *Renderer) written(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(r.Corefile)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestUpdate(t *testing.T) {
	t.Parallel()
	const tcp = ".:53 {\n    forward . __PILLAR__UPSTREAM__SERVERS__ {\n            force_tcp\n    }\n}\n"
	tests := []struct {
		name    string
		base    string
		kubeDNS map[string]string
		want    string
		problem string // in the error
	}{
		{name: "a base without placeholders", base: ". {\n whoami\n}\n", want: ". {\n whoami\n}\n"},
		{
			name: "each placeholder",
			base: "bind __PILLAR__LOCAL__DNS__ __PILLAR__DNS__SERVER__\nforward . __PILLAR__CLUSTER__DNS__\nforward . __PILLAR__UPSTREAM__SERVERS__\n",
			want: "bind 169.254.20.10 10.240.16.10 \nforward . 10.240.20.1\nforward . /etc/resolv.conf\n",
		},
		{name: "TCP to the node's servers", base: tcp, want: strings.Replace(tcp, "__PILLAR__UPSTREAM__SERVERS__", "/etc/resolv.conf", 1)},
		{
			name: "UDP to servers of kube-dns", base: tcp,
			kubeDNS: map[string]string{"upstreamNameservers": `["10.0.0.1", "tls://10.0.0.2:853"]`},
			want:    ".:53 {\n    forward . 10.0.0.1 tls://10.0.0.2:853\n}\n",
		},
		{
			name: "TCP to servers of kube-dns where the base is laid out otherwise", base: "forward . __PILLAR__UPSTREAM__SERVERS__ {\n force_tcp\n}\n",
			kubeDNS: map[string]string{"upstreamNameservers": `["10.0.0.1"]`},
			want:    "forward . 10.0.0.1 {\n force_tcp\n}\n",
		},
		{
			name: "stub domains", base: "",
			kubeDNS: map[string]string{"stubDomains": `{"b.example": ["10.0.0.2"], "a.example": ["10.0.0.1", "10.0.0.3"]}`},
			want: "\na.example:53 {\n    errors\n    cache 30\n    bind 169.254.20.10 10.240.16.10\n    forward . 10.0.0.1 10.0.0.3\n}\n" +
				"\nb.example:53 {\n    errors\n    cache 30\n    bind 169.254.20.10 10.240.16.10\n    forward . 10.0.0.2\n}\n",
		},
		{
			name: "stub domains that are no JSON", base: "whoami\n",
			kubeDNS: map[string]string{"stubDomains": `a.example`}, want: "whoami\n", problem: "key stubDomains: invalid character",
		},
		{
			name: "a server that is a name", base: "whoami\n",
			kubeDNS: map[string]string{"upstreamNameservers": `["ns.example"]`}, want: "whoami\n", problem: `"ns.example" is not the address`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := newRenderer(t, tt.base, tt.kubeDNS)
			switch err := r.Update(); {
			case tt.problem == "" && err != nil:
				t.Error(err)
			case tt.problem != "" && (err == nil || !strings.Contains(err.Error(), tt.problem)):
				t.Errorf("error is %v, want %q", err, tt.problem)
			}
			if got := r.written(t); got != tt.want {
				t.Errorf("the Corefile is\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestUpdateKeepsTheLastValidKubeDNS(t *testing.T) {
	t.Parallel()
	r := newRenderer(t, "forward . __PILLAR__UPSTREAM__SERVERS__\n", map[string]string{"upstreamNameservers": `["10.0.0.1"]`})
	if err := r.Update(); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(r.KubeDNS, "upstreamNameservers"), `["ns.example"]`)
	if err := r.Update(); err == nil {
		t.Error("there is no error for a server that is a name")
	}
	if got, want := r.written(t), "forward . 10.0.0.1\n"; got != want {
		t.Errorf("the Corefile is %q, want %q", got, want)
	}
}

func TestUpdateWithoutBase(t *testing.T) {
	t.Parallel()
	r := newRenderer(t, "", nil)
	if err := os.Remove(r.Base); err != nil {
		t.Fatal(err)
	}
	if err := r.Update(); err == nil {
		t.Error("there is no error without a base")
	}
	if _, err := os.Stat(r.Corefile); err == nil {
		t.Error("a Corefile was written without a base")
	}
}

func TestWatch(t *testing.T) {
	t.Parallel()
	r := newRenderer(t, "whoami\n", nil)
	if err := r.Update(); err != nil {
		t.Fatal(err)
	}
	updates := make(chan error)
	go r.Watch(t.Context(), time.Millisecond, func(err error) {
		select {
		case updates <- err:
		case <-t.Context().Done():
		}
	})
	upstreams := filepath.Join(r.KubeDNS, "upstreamNameservers")
	for _, change := range []struct{ file, text, want string }{
		{r.Base, "forward . __PILLAR__UPSTREAM__SERVERS__\n", "forward . /etc/resolv.conf\n"},
		{upstreams, `["10.0.0.1"]`, "forward . 10.0.0.1\n"},
		{upstreams, `["10.0.0.2"]`, "forward . 10.0.0.2\n"},
	} {
		replace(t, change.file, change.text)
		if err := <-updates; err != nil {
			t.Fatal(err)
		}
		if got := r.written(t); got != change.want {
			t.Errorf("after the change of %s the Corefile is %q, want %q", change.file, got, change.want)
		}
	}
}

// replace changes a file at once, as the kubelet does.
func replace(t *testing.T, file, text string) {
	t.Helper()
	write(t, file+".new", text)
	if err := os.Rename(file+".new", file); err != nil {
		t.Fatal(err)
	}
}
