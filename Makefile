# Passerelle: what a newcomer types. Everything else is `go`.

.PHONY: test soak tools lint build demo pictures

# The whole suite on both engines and in a real browser, in under 15 minutes on
# two cores. Installs what the machine lacks, where it may.
test: tools
	scripts/test

# The same tests at full numbers.
soak: tools
	scripts/test soak

tools:
	scripts/install-tools

lint:
	go vet ./...
	go tool -modfile=tools/go.mod staticcheck ./...
	test -z "$$(go tool -modfile=tools/go.mod gofumpt -l cmd internal *.go)"
	test -z "$$(go tool -modfile=tools/go.mod deadcode -test ./...)"

# One static binary.
build:
	CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o bin/passerelle ./cmd/passerelle

demo:
	go run ./cmd/passerelle demo

# The pictures of the README, drawn again from the sample programme.
pictures: tools
	PASSERELLE_PICTURES=$(CURDIR)/docs/pictures go test -count 1 -run TestThePicturesOf ./internal/apptest/journey ./internal/printing
