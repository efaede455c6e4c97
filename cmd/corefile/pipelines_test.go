package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

func readYAML(t *testing.T, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// TestPreCommitHooks runs each hook as pre-commit does: with the files that it matches.
func TestPreCommitHooks(t *testing.T) {
	var hooks []struct {
		ID, Entry, Files string
	}
	readYAML(t, "../../.pre-commit-hooks.yaml", &hooks)
	t.Chdir(t.TempDir())
	for _, hook := range hooks {
		matched := []string{}
		for name, content := range map[string]string{"Corefile": unformatted, "a.Corefile": bad, "x.yaml": badManifest, "y.yml": goodManifest, "z.json": "{}", "README.md": bad, "Corefile.md": bad, "yaml": bad} {
			if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			if regexp.MustCompile(hook.Files).MatchString(name) {
				matched = append(matched, name)
			}
		}
		slices.Sort(matched)
		if got, want := strings.Join(matched, " "), "Corefile a.Corefile x.yaml y.yml z.json"; got != want {
			t.Errorf("%s matches %s, want %s", hook.ID, got, want)
		}
		args, found := strings.CutPrefix(hook.Entry, "corefile ")
		if !found {
			t.Fatalf("%s runs %s", hook.ID, hook.Entry)
		}
		var out bytes.Buffer
		code := run(append(strings.Fields(args), matched...), strings.NewReader(""), &out, &out)
		after, err := os.ReadFile("Corefile")
		if err != nil {
			t.Fatal(err)
		}
		checks := hook.ID == "corefile-check"
		if checks && code != exitProblems || !checks && (code != exitClean || string(after) != formatted) {
			t.Errorf("%s: exit code %d, prints\n%s", hook.ID, code, &out)
		}
	}
}

// TestGitHubAction runs the commands of the action as a runner does.
func TestGitHubAction(t *testing.T) {
	t.Parallel()
	var action struct {
		Inputs map[string]struct{ Default string }
		Runs   struct {
			Steps []struct {
				Uses, Run string
				Env       map[string]string
			}
		}
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	readYAML(t, filepath.Join(root, "action.yml"), &action)
	repository, temporary := t.TempDir(), t.TempDir()
	if err := os.Mkdir(filepath.Join(repository, ".git"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(repository, "x y.yaml"), []byte(badManifest), 0o600); err != nil {
		t.Fatal(err)
	}
	inputs := map[string]string{"paths": "*.yaml", "flags": "--coredns 1.13.1"}
	var out bytes.Buffer
	var status error
	for _, step := range action.Runs.Steps {
		if step.Run == "" {
			continue
		}
		command := exec.CommandContext(t.Context(), "bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step.Run)
		command.Dir, command.Stdout, command.Stderr = repository, &out, &out
		command.Env = append(os.Environ(), "GITHUB_ACTION_PATH="+root, "RUNNER_TEMP="+temporary, "GITHUB_STEP_SUMMARY="+filepath.Join(temporary, "summary"))
		for name, value := range step.Env {
			input := strings.TrimSuffix(strings.TrimPrefix(value, "${{ inputs."), " }}")
			given, found := inputs[input]
			if !found {
				given = action.Inputs[input].Default
			}
			command.Env = append(command.Env, name+"="+given)
		}
		if status = command.Run(); status != nil {
			break
		}
	}
	if want := "::error file=x y.yaml,line=7,endLine=7,col=9,endColumn=15,title=unknown-plugin::Corefile:2:5: unknown plugin"; !strings.Contains(out.String(), want) || !strings.Contains(out.String(), "stops CoreDNS 1.13.1") || status == nil || status.Error() != "exit status 1" {
		t.Errorf("%v, prints\n%s\nwant %s", status, &out, want)
	}
}

// TestPipelinePage checks that the YAML of the page is YAML, and that it calls corefile with
// flags that there are.
func TestPipelinePage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/pipelines.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range strings.Split(string(page), "```yaml\n")[1:] {
		block, _, _ = strings.Cut(block, "```")
		var value any
		if err := yaml.Unmarshal([]byte(block), &value); err != nil {
			t.Errorf("%v:\n%s", err, block)
		}
	}
	calls := regexp.MustCompile(`corefile check( -[^>\n]*| deploy| cluster[^>\n]*)`).FindAllStringSubmatch(string(page), -1)
	if len(calls) < 5 {
		t.Errorf("found only %q", calls)
	}
	for _, call := range calls {
		if err := newCheck().ParseFlags(strings.Fields(call[1])); err != nil {
			t.Errorf("%s: %v", call[0], err)
		}
	}
}
