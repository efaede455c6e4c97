# Needs Go, git and make. What else is used is pinned in modules of its own
# (e2e/parts, tools) and built once, into .cache or Go's build cache.

GOLANGCI_LINT := go tool -modfile=tools/golangci-lint/go.mod golangci-lint
# Modules of their own that have tests.
TOOLS         := tools/image tools/release tools/vulncheck
TESTFLAGS     ?=

# What is published is built with the Go that go.mod names, whatever Go runs make: the same
# bytes everywhere, and the fixes of Go's own packages in them.
PUBLISHED := GOTOOLCHAIN=$(shell sed -n 's/^toolchain //p' go.mod)

.DEFAULT_GOAL := help
.NOTPARALLEL:

##@ The product

.PHONY: run
run: ## Show the product on a real control plane; ONCE=1 ends after the walk, NODES=real runs real nodes
	@go build -o bin/ ./e2e/walk
	@bin/walk $(if $(ONCE),-once) $(if $(filter real,$(NODES)),-real-nodes)

.PHONY: build
build: ## Build the binaries into bin/
	@go build -o bin/ ./cmd/...

.PHONY: playground
playground: ## Build the page on which people try the checker into bin/playground.html
	@mkdir -p bin
	@$(PUBLISHED) go run ./tools/playground -o bin/playground.html

IMAGE ?= corewarden/webhook

.PHONY: image
image: ## Build the image for amd64 and arm64 into bin/; IMAGE names it, VERSION is its tag (dev)
	@$(PUBLISHED) go run -C tools/release . -image-only -o bin -image $(IMAGE) $(if $(VERSION),-version $(VERSION))

.PHONY: release
release: ## Build all that VERSION=v1.2.3 publishes into dist/, with the image named IMAGE, and runbooks at the URL DOCS
	@rm -rf dist
	@$(PUBLISHED) go run -C tools/release . -image $(IMAGE) $(if $(VERSION),-version $(VERSION)) $(if $(DOCS),-docs $(DOCS))

##@ Tests

# Two packages at a time, whatever the machine: end-to-end tests wait more than they
# work, but each runs control planes, and many of them starve each other. Those with a
# node's network or whole nodes come after them, and at last, alone, what counts lost lookups.
ON_NODES := e2e/nodecache|e2e/realnode|e2e/doctor/nodes|e2e/walk
ALONE    := e2e/realnode/scenarios

# Here processors are scarcer than memory, and make vet looks at all of it.
test race: export GOGC = 400

# The packages in which goroutines share something run under the race detector, and of
# extraconfig what makes verdicts at once. It has nothing to find in the others, whose tests it
# makes ten times as slow.
RACED := certs|cluster|cmd/corefile|doctor|lsp|webhook
# What bounds its memory skips that under the race detector.
ALSO_PLAIN := cmd/webhook

.PHONY: test
test: build parts ## Run every test; TESTFLAGS adds flags, such as -run or -v; RACE=1 leaves to race what that runs
	@status=0; \
	go test -p 2 -vet=off -count 1 -timeout 30m $(TESTFLAGS) $$(go list ./... | grep -Ev '/($(ON_NODES))'$(if $(RACE), | grep -Ev '^corewarden/($(RACED))')) || status=1; \
	go test -p 2 -vet=off -count 1 -timeout 30m $(TESTFLAGS) $$(go list ./... | grep -E '/($(ON_NODES))' | grep -Ev '/($(ALONE))') || status=1; \
	go test -vet=off -count 1 -timeout 30m $(TESTFLAGS) $$(go list ./... | grep -E '/($(ALONE))') || status=1; \
	for module in $(TOOLS); do go -C $$module test -count 1 $(TESTFLAGS) ./... || status=1; done; \
	exit $$status

# They skip where there can be no nodes; here they fail instead.
.PHONY: realnodes
realnodes: ## Run the tests on real nodes (root; docs/development.md says what it needs)
	@COREWARDEN_REALNODES=require go test -p 1 -count 1 -timeout 30m $(TESTFLAGS) $$(go list ./... | grep -E '/($(ON_NODES))')

.PHONY: race
race: ## Run what shares things between goroutines under the race detector (needs a C compiler)
	@CGO_ENABLED=1 go test -race -vet=off -count 1 $(TESTFLAGS) $$(go list ./... | grep -E '^corewarden/($(RACED)|$(ALSO_PLAIN))')
	@CGO_ENABLED=1 go test -race -vet=off -count 1 $(TESTFLAGS) -run AtOnce ./extraconfig

.PHONY: conformance
conformance: ## Compare our verdicts with every real server's, or with QUERIES=1 what queries meet; FLAGS as in docs/conformance.md and docs/trace.md
ifdef QUERIES
	@go test -v -count 1 -timeout 4h ./e2e/query -pairs 20000 -servers . $(FLAGS)
else
	@go run ./e2e/conformance $(FLAGS)
endif

.PHONY: chaos
chaos: ## Let things go wrong at random for 15 minutes and check; FLAGS adds flags, such as -nodes 200
	@go run ./e2e/chaos $(FLAGS)

FUZZTIME ?= 20s

.PHONY: fuzz
fuzz: ## Fuzz each target for FUZZTIME (20s)
	@tools/fuzz FuzzLexer $(FUZZTIME) ./corefile
	@tools/fuzz FuzzParse $(FUZZTIME) ./corefile
	@tools/fuzz FuzzFormat $(FUZZTIME) ./corefile
	@tools/fuzz FuzzCheck $(FUZZTIME) ./extraconfig
	@tools/fuzz FuzzLocate $(FUZZTIME) ./cmd/corefile/scalar
	@tools/fuzz FuzzFormatManifest $(FUZZTIME) ./cmd/corefile

.PHONY: bench
bench: parts ## Run the benchmarks
	@go test -p 1 -timeout 30m -run '^$$' -bench . -benchmem $(TESTFLAGS) ./...

.PHONY: parts
parts: ## Build what the tests run against: Kubernetes, etcd, kwok, CoreDNS
	@go run ./e2e/parts/build

##@ Checks

.PHONY: lint
lint: ## Run the linters of .golangci.yml
	@$(GOLANGCI_LINT) run

.PHONY: vet
vet: ## Run go vet
	@go vet ./...

.PHONY: check-fmt
check-fmt: ## Fail if a Go file is not formatted
	@$(GOLANGCI_LINT) fmt --diff

.PHONY: check-tidy
check-tidy: ## Fail if go.mod or go.sum would change
	@go mod tidy -diff

.PHONY: vulncheck
vulncheck: ## Fail if the product calls a function with a known vulnerability; FLAGS="-database latest"
	@$(PUBLISHED) go run -C tools/vulncheck . -C ../.. $(FLAGS) ./cmd/...

##@ Upkeep

.PHONY: fmt
fmt: ## Format the Go files
	@$(GOLANGCI_LINT) fmt

.PHONY: tidy
tidy: ## Update go.mod and go.sum
	@go mod tidy

.PHONY: clean
clean: ## Remove what was built, the parts too
	@rm -rf bin dist .cache

.PHONY: help
help: ## Show this list
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@ / { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
