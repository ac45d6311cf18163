from volunteer_hub.cli import main

main()
