package certificates_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"corewarden/e2e/harness"
)

// TestBringYourOwn does what docs/certificates.md says for those who have a PKI: install, a
// new certificate, and a new CA, under load.
func TestBringYourOwn(t *testing.T) {
	t.Parallel()
	for _, tool := range []string{"openssl", "base64"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("the page uses %s: %v", tool, err)
		}
	}
	s := newSite(t, "../../deploy/base")
	o := owner{site: s, folder: t.TempDir(), page: page(t)}

	o.does(t, "issue", "overlay", "secret")
	harness.Eventually(t, "the webhook has a certificate", func() error { return s.webhookReady(t) })
	load := s.load(t)

	t.Run("a new certificate", func(t *testing.T) {
		s.replacesLeaf(t, func() {
			o.sh(t, "mkdir new && cd new && cp ../ca.* . && "+last(o.page["issue"], 2)+" && cp tls.* ..")
			o.does(t, "secret")
		})
		load.none(t)
	})
	t.Run("a new CA", func(t *testing.T) {
		o.sh(t, "mv ca.crt old-ca.crt")
		o.does(t, "issue")
		o.sh(t, "cat ca.crt old-ca.crt > bundle.crt")
		o.sh(t, withoutFirstLine(o.page["overlay"]))
		o.trusts(t, 2)
		s.replacesLeaf(t, func() { o.does(t, "secret") })
		o.sh(t, "cp ca.crt bundle.crt")
		o.sh(t, withoutFirstLine(o.page["overlay"]))
		o.trusts(t, 1)
		load.none(t)
	})
	load.stop()
	load.none(t)
}

// An owner has a folder for his certificates and the commands of the page.
type owner struct {
	*site
	folder string
	page   map[string]string
}

var marked = regexp.MustCompile("(?s)<!-- test: (\\w+) -->\n```sh\n(.*?)```")

// page returns the commands of docs/certificates.md that have a name, made for this machine.
func page(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("../../docs/certificates.md")
	if err != nil {
		t.Fatal(err)
	}
	commands := map[string]string{}
	for _, match := range marked.FindAllStringSubmatch(string(text), -1) {
		commands[match[1]] = match[2]
	}
	return commands
}

// does runs commands of the page.
func (o owner) does(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		if o.page[name] == "" {
			t.Fatalf("the page has no commands %q", name)
		}
		o.sh(t, o.page[name])
	}
}

// sh runs a script in the folder. The webhook is a process on this machine, so its
// certificate is for another name and the overlay is applied without its pods.
func (o owner) sh(t *testing.T, script string) {
	t.Helper()
	repository, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	relative, err := filepath.Rel(o.folder, repository)
	if err != nil {
		t.Fatal(err)
	}
	const apply = "kubectl apply --server-side -k .\n"
	applies := strings.HasSuffix(script, apply)
	script = strings.NewReplacer(
		"REPOSITORY", relative,
		"DNS:corewarden-webhook.corewarden.svc", "DNS:"+host,
	).Replace(strings.TrimSuffix(script, apply))
	kubectl := o.KubectlCommand(t.Context())
	cmd := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", `kubectl() { "$KUBECTL" "$@"; }`+"\n"+script)
	cmd.Dir = o.folder
	cmd.Env = append(slices.Clip(kubectl.Env), "KUBECTL="+kubectl.Path)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s\n%v\n%s", script, err, out)
	}
	if applies {
		o.apply(t, o.render(t, o.folder))
	}
}

// trusts waits until each caBundle holds a number of CAs.
func (o owner) trusts(t *testing.T, want int) {
	t.Helper()
	harness.Eventually(t, "caBundle is what the overlay says", func() error {
		bundles, err := o.bundles(t.Context())
		if err != nil {
			return err
		}
		for webhook, bundle := range bundles {
			if got := certificates(t, bundle); len(got) != want {
				return fmt.Errorf("caBundle of %s holds %d CAs, want %d", webhook, len(got), want)
			}
		}
		return nil
	})
}

// last returns the last commands of a script, which may go over several lines.
func last(script string, commands int) string {
	all := strings.Split(strings.TrimSpace(strings.ReplaceAll(script, "\\\n", "")), "\n")
	return strings.Join(all[len(all)-commands:], "\n")
}

func withoutFirstLine(script string) string {
	_, rest, _ := strings.Cut(script, "\n")
	return rest
}
